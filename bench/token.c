/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Verifies host tokens, one process and one thread:
 *	token ROUNDS FOLDER [REPORT AUTHORITY]
 * of a service made up, and the report of a TPM in a file, by the authority in
 * another. Writes them into the folder, for others to verify (NAME.jwt,
 * NAME.kid, NAME.pem), and prints one line for each:
 *	NAME BYTES FLOOR OURS
 * in microseconds of processor time, of rounds that take turns the one that is
 * slower than a tenth of them. The floors are the signatures that a verdict
 * cannot do without, by bare calls of EVP_DigestVerify with keys that are there
 * already: that of the token, and for a report that of its certificate.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/pem.h>

#include "base/file.h"
#include "codec/base64url.h"
#include "codec/json.h"
#include "floor.h"
#include "service.h"
#include "times.h"
#include "trust/anchors.h"

enum {
	BATCH = 25,
	ROUNDS_MAX = 1000,
	REPORT_MAX = 1 << 20
};

struct row {
	const char *name;
	struct att_buf text;
	char *issuer;
	char kid[SERVICE_KID_SIZE];
	X509 *signer;
	struct att_options opts;
	struct att_token_trust trust;
	struct bare bare[2];
	size_t bare_count;
	double us[2][ROUNDS_MAX]; /* floor, ours */
};

/* --- What is measured --------------------------------------------------- */

static void
verify_ours(const struct row *row)
{
	struct att_token_verdict verdict;
	struct att_reason why = { 0 };
	struct att_token *token;

	if (att_token_parse(att_buf_get(&row->text), &token, &why) != ATT_OK ||
	    att_token_verify(token, &row->opts, &row->trust, &verdict, &why) !=
		ATT_OK)
		errx(1, "%s: %s", row->name, why.text);
	att_token_free(&token);
}

static void
run_round(struct row *row, size_t round)
{
	double begin = times_now_us(CLOCK_PROCESS_CPUTIME_ID);

	for (int i = 0; i < BATCH; i++)
		for (size_t k = 0; k < row->bare_count; k++)
			bare_verify(&row->bare[k]);
	row->us[0][round] =
	    (times_now_us(CLOCK_PROCESS_CPUTIME_ID) - begin) / BATCH;
	begin = times_now_us(CLOCK_PROCESS_CPUTIME_ID);
	for (int i = 0; i < BATCH; i++)
		verify_ours(row);
	row->us[1][round] =
	    (times_now_us(CLOCK_PROCESS_CPUTIME_ID) - begin) / BATCH;
}

/* --- What it is measured on --------------------------------------------- */

static void
make_options(struct row *row)
{
	row->opts = (struct att_options){
		.host_issuer = { &row->issuer, 1 },
		.host_type = 1U << ATT_TOKEN_TPM | 1U << ATT_TOKEN_AZUREVM,
		.host_max_age = 28800,
		.host_leeway = 60,
		.host_profile = ATT_HOST_PROFILE_NONE,
	};
}

/* The token's own signature. */
static void
split(struct row *row, EVP_PKEY *key)
{
	struct bare *bare = &row->bare[row->bare_count++];
	const uint8_t *dot = memrchr(row->text.ptr, '.', row->text.len);
	uint8_t *sig;
	size_t len, sig_len;

	if (dot == NULL)
		errx(1, "%s is no token", row->name);
	len = (size_t)(dot - row->text.ptr);
	bare_init(bare, key);
	if (att_base64url_decode(att_bytes(dot + 1, row->text.len - len - 1),
		REPORT_MAX, &sig, &sig_len) != ATT_OK ||
	    att_buf_put(&bare->data, row->text.ptr, len) != ATT_OK ||
	    att_buf_put(&bare->sig, sig, sig_len) != ATT_OK)
		errx(1, "%s is no token", row->name);
	free(sig);
}

/* Claims like those of a confidential virtual machine of Azure. */
static char *
make_claims(const struct service *service, time_t now)
{
	static const char *const flags[] = { "bootdebug-enabled", "dbvalidated",
		"dbxvalidated", "debuggersdisabled",
		"default-securebootkeysvalidated", "elam-enabled",
		"flightsigning-enabled", "hypervisordebug-enabled",
		"is-windows", "kerneldebug-enabled", "signingdisabled",
		"testsigning-enabled" };
	char *key =
	    service_jwk(service->report, "HCLAkPub", ",\"key_ops\":[\"sign\"]");
	char *tail = service_text(
	    "\"x-ms-isolation-tee\":{\"x-ms-attestation-type\":\"sevsnpvm\","
	    "\"x-ms-compliance-status\":\"azure-compliant-cvm\","
	    "\"x-ms-runtime\":{\"keys\":[%s,%s]},"
	    "\"x-ms-sevsnpvm-launchmeasurement\":\"%096d\","
	    "\"x-ms-sevsnpvm-reportdata\":\"%0128d\"},"
	    "\"x-ms-runtime\":{\"client-payload\":{\"nonce\":\"\"},"
	    "\"keys\":[%s]}}",
	    key, key, 1, 2, key);
	struct att_buf text;
	uint8_t *taken;
	size_t len;

	att_buf_init(&text, REPORT_MAX);
	if (att_buf_printf(&text,
		"{\"iss\":\"%s\",\"iat\":%lld,\"nbf\":%lld,\"exp\":%lld,"
		"\"x-ms-attestation-type\":\"azurevm\",\"secureboot\":true,"
		"\"x-ms-azurevm-attested-pcrs\":[0,1,2,3,4,5,6,7],",
		SERVICE_ISSUER, (long long)now, (long long)now,
		(long long)now + SERVICE_LIFE) != ATT_OK)
		errx(1, "no memory");
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (att_buf_printf(&text, "\"x-ms-azurevm-%s\":false,",
			flags[i]) != ATT_OK)
			errx(1, "no memory");
	if (att_buf_put(&text, tail, strlen(tail) + 1) != ATT_OK ||
	    att_buf_take(&text, &taken, &len) != ATT_OK)
		errx(1, "no memory");
	free(tail);
	free(key);
	return (char *)taken;
}

static void
make_azurevm(struct row *row)
{
	static struct service service;
	struct pki_spec spec = { .name = SERVICE_ISSUER, .constraints = "" };
	time_t now = time(NULL);
	char *claims, *header;

	row->name = "azurevm";
	row->issuer = service_text("%s", SERVICE_ISSUER);
	service_new(&service);
	spec.key = service.enclave;
	row->signer = pki_make(&spec);
	memcpy(row->kid, service.kid, sizeof(row->kid));
	make_options(row);
	row->trust.now = now + 1;
	row->trust.jwks = service_make_jwks(&service);
	claims = make_claims(&service, now);
	header = service_text("{\"alg\":\"RS256\",\"jku\":\"" SERVICE_ISSUER
			      "/certs\",\"kid\":\"%s\",\"typ\":\"JWT\"}",
	    service.kid);
	att_buf_init(&row->text, REPORT_MAX);
	service_sign(service.enclave, header, claims, &row->text);
	split(row, service.enclave);
	free(header);
	free(claims);
}

/* x5c[0] of the header. */
static X509 *
read_leaf(const struct att_token *token)
{
	const char *text = att_json_get_string(att_json_get_element(
	    att_json_get(att_token_get_header(token), "x5c"), 0));
	const unsigned char *p;
	X509 *cert = NULL;
	uint8_t *der;
	size_t len;

	if (text != NULL && att_base64_decode(att_bytes_text(text), REPORT_MAX,
				&der, &len) == ATT_OK) {
		p = der;
		cert = d2i_X509(NULL, &p, (long)len);
		free(der);
	}
	return cert;
}

static void
read_report(struct row *row, const char *path, const char *authority)
{
	FILE *file = fopen(authority, "re");
	X509 *issuer =
	    file == NULL ? NULL : PEM_read_X509(file, NULL, NULL, NULL);
	struct att_reason why = { 0 };
	struct att_token *token;
	uint8_t *ptr;
	size_t len;
	int64_t iat;

	row->name = "tpm";
	if (issuer == NULL || fclose(file) != 0)
		errx(1, "%s: no certificate", authority);
	if (att_file_read_any(path, REPORT_MAX, &ptr, &len, &why) != ATT_OK)
		errx(1, "%s", why.text);
	att_buf_init(&row->text, REPORT_MAX);
	len = att_token_trim(att_bytes(ptr, len)).len;
	if (att_buf_put(&row->text, ptr, len) != ATT_OK ||
	    att_token_parse(att_buf_get(&row->text), &token, &why) != ATT_OK)
		errx(1, "%s: %s", path, why.text);
	free(ptr);
	row->signer = read_leaf(token);
	if (row->signer == NULL ||
	    !att_json_get_count(att_token_get_claims(token), "iat", &iat))
		errx(1, "%s: no report of a TPM", path);
	service_name_leaf(row->signer, row->kid);
	row->issuer = service_text(
	    "%s", att_json_get_text(att_token_get_claims(token), "iss"));
	make_options(row);
	row->trust.now = (time_t)iat + 1;
	row->trust.authorities = service_make_authorities(issuer);
	split(row, X509_get0_pubkey(row->signer));
	bare_init_leaf(&row->bare[row->bare_count++], row->signer, issuer);
	att_token_free(&token);
}

/* --- Reporting ---------------------------------------------------------- */

static void
write_row(const struct row *row, const char *folder)
{
	FILE *file = floor_create(folder, row->name, ".jwt");

	if (fwrite(row->text.ptr, 1, row->text.len, file) != row->text.len ||
	    fclose(file) != 0)
		err(1, "%s", folder);
	file = floor_create(folder, row->name, ".kid");
	if (fputs(row->kid, file) == EOF || fclose(file) != 0)
		err(1, "%s", folder);
	file = floor_create(folder, row->name, ".pem");
	if (PEM_write_X509(file, row->signer) != 1 || fclose(file) != 0)
		err(1, "%s", folder);
}

static void
print_row(struct row *row, size_t rounds)
{
	printf("%s %zu", row->name, row->text.len);
	for (int m = 0; m < 2; m++) {
		times_sort(row->us[m], rounds);
		printf(" %.2f", row->us[m][rounds / 10]);
	}
	putchar('\n');
}

int
main(int argc, char **argv)
{
	static struct row rows[2];
	size_t rounds, count = 1;

	if ((argc != 3 && argc != 5) ||
	    (rounds = strtoul(argv[1], NULL, 10)) == 0 || rounds > ROUNDS_MAX)
		errx(2, "usage: token ROUNDS FOLDER [REPORT AUTHORITY]");
	make_azurevm(&rows[0]);
	if (argc == 5)
		read_report(&rows[count++], argv[3], argv[4]);
	for (size_t i = 0; i < count; i++)
		write_row(&rows[i], argv[2]);
	for (size_t round = 0; round < rounds; round++)
		for (size_t i = 0; i < count; i++)
			run_round(&rows[i], round);
	for (size_t i = 0; i < count; i++)
		print_row(&rows[i], rounds);
	return 0;
}
