/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading a TCTI; the lock-down that fits it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <tss2/tss2_rc.h>
#include <tss2/tss2_tctildr.h>

#include "base/lockdown.h"
#include "tpm/connection.h"
#include "tpm/failure.h"

enum {
	EMULATOR_PORT = 2321 /* of swtpm and mssim, where none is named */
};

static const struct att_lockdown_limits limits = {
	.cpu_seconds = 30,
	.memory = 128 << 20,
	.descriptors = 16,
};

static const char device[] = "device";

/* What follows the name of a TCTI and a colon; NULL for another TCTI. */
static const char *
find_rest(const char *conf, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(conf, name, len) != 0)
		return NULL;
	if (conf[len] == '\0')
		return conf + len;
	return conf[len] == ':' ? conf + len + 1 : NULL;
}

/* --- Why it did not open -------------------------------------------------- */

/* The TCTI says "IO failure" of a device; the kernel knows more. */
static enum att_err
refuse_device(const char *path, TSS2_RC rc, struct att_reason *why)
{
	int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	int error = errno;

	if (fd >= 0) {
		close(fd);
		return tpm_refuse(why, ATT_ERR_TPM_UNAVAILABLE, path, rc);
	}
	if (error == ENOENT)
		return att_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
		    "%s is not there: is the TPM turned on in the firmware, "
		    "and its driver in the kernel? Option host_tcti names "
		    "another one",
		    path);
	if (error == EACCES || error == EPERM)
		return att_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
		    "%s may not be opened by user %u: it is for root and group "
		    "tss, and the application that asks is neither",
		    path, (unsigned int)geteuid());
	if (error == EBUSY)
		return att_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
		    "%s is in use by another program; its resource manager, "
		    "/dev/tpmrm0, serves several at once",
		    path);
	return att_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
	    "%s cannot be opened: %s", path, strerror(error));
}

static enum att_err
refuse_tcti(const char *conf, TSS2_RC rc, struct att_reason *why)
{
	const char *path = find_rest(conf, device);

	if (path != NULL && path[0] == '/')
		return refuse_device(path, rc, why);
	return att_refuse(why, ATT_ERR_TPM_UNAVAILABLE,
	    "the TPM is not reached by \"%s\": %s; check option host_tcti",
	    conf, Tss2_RC_Decode(rc));
}

/* --- The lock-down -------------------------------------------------------- */

/* The port of the commands; that of the control channel is the next. */
static uint16_t
find_port(const char *conf)
{
	const char *text = strstr(conf, "port=");
	unsigned long port = EMULATOR_PORT;

	if (text != NULL)
		port = strtoul(text + strlen("port="), NULL, 10);
	return port > 0 && port < UINT16_MAX ? (uint16_t)port : EMULATOR_PORT;
}

static enum att_err
lock_down(const char *conf, struct att_reason *why)
{
	const uint16_t port = find_port(conf);
	const uint16_t ports[] = { port, (uint16_t)(port + 1) };
	struct att_lockdown_reach reach = { 0 };
	bool is_device = find_rest(conf, device) != NULL;
	bool is_enforced;
	enum att_err err;

	if (!is_device) {
		reach.ports = ports;
		reach.port_count = sizeof(ports) / sizeof(ports[0]);
	}
	if ((err = att_lockdown_limits(&limits, why)) != ATT_OK ||
	    (err = att_lockdown_reach(&reach, &is_enforced, why)) != ATT_OK)
		return err;
	return att_lockdown_system_calls(
	    is_device ? ATT_LOCKDOWN_TPM : ATT_LOCKDOWN_EMULATOR, why);
}

/*
 * tpm2-tss hashes by OpenSSL, which reads its configuration and finds its
 * algorithms when it is first asked. Afterwards it may open no file.
 */
static enum att_err
prepare_hashes(struct att_reason *why)
{
	EVP_MD *md = NULL;

	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1)
		md = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (md == NULL)
		return att_refuse_plain(why, ATT_ERR_CRYPTO);
	EVP_MD_free(md);
	return ATT_OK;
}

enum att_err
tpm_connect(
    const char *conf, struct tpm_connection *connection, struct att_reason *why)
{
	enum att_err err;
	TSS2_RC rc;

	*connection = (struct tpm_connection){ 0 };
	if ((err = prepare_hashes(why)) != ATT_OK)
		return err;
	if ((rc = Tss2_TctiLdr_Initialize(conf, &connection->tcti)) !=
	    TSS2_RC_SUCCESS)
		return refuse_tcti(conf, rc, why);
	if ((err = lock_down(conf, why)) != ATT_OK)
		return err;
	rc = Esys_Initialize(&connection->esys, connection->tcti, NULL);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(
		    why, ATT_ERR_TPM_UNAVAILABLE, "starting tpm2-tss", rc);
	return ATT_OK;
}

void
tpm_disconnect(struct tpm_connection *connection)
{
	if (connection->esys != NULL)
		Esys_Finalize(&connection->esys);
	if (connection->tcti != NULL)
		Tss2_TctiLdr_Finalize(&connection->tcti);
}
