/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Seeds of the targets that sign anew: registrations whose credential or
 * attestation key is one of resign.h.
 */
#include <stdlib.h>
#include <string.h>

#include "codec/attobj.h"
#include "forge.h"
#include "resign.h"
#include "seeds.h"

enum {
	LIMIT = 1 << 16,
	BEFORE_KEY = 37 + 16 + 2 + 32 /* forge's credential IDs have 32 */
};

struct seed {
	const char *name;
	const char *format;
	uint8_t flags;
	int32_t credential_alg;
	int32_t attestation_alg; /* 0: self */
	const char *extensions;
};

static const struct seed seeds[] = {
	{ "packed", "packed", 0x45, -7, -7, NULL },
	{ "packed-eddsa", "packed", 0x45, -8, -8, NULL },
	{ "packed-rs256", "packed", 0x5d, -257, -7, NULL },
	{ "packed-extensions", "packed", 0xc5, -35, -7,
	    "\xa2\x6b"
	    "credProtect\x02\x6bhmac-secret\xf5" },
	{ "self", "packed", 0x45, -7, 0, NULL },
	{ "self-eddsa", "packed", 0xc1, -8, 0, "\xa1\x6cminPinLength\x04" },
	{ "fido-u2f", "fido-u2f", 0x41, -7, -7, NULL },
};

static EVP_PKEY *
choose_credential(const struct seed *seed)
{
	const struct resign_keys *keys = resign_get_keys();
	EVP_PKEY *key;

	if (seed->credential_alg != -7 && seed->credential_alg != -8)
		return forge_key(seed->credential_alg);
	key = seed->credential_alg == -7 ? keys->credential
					 : keys->credential_eddsa;
	if (EVP_PKEY_up_ref(key) != 1)
		abort();
	return key;
}

static void
put_auth_data(const struct seed *seed, struct att_buf *out)
{
	EVP_PKEY *key = choose_credential(seed);
	const struct forge_spec spec = { .kind = FORGE_KIND_NONE,
		.defect = FORGE_FINE_NONE };
	struct forged f;

	forge(&spec, &f);
	forge_put_raw(out, f.auth_data.ptr, BEFORE_KEY);
	out->ptr[32] = seed->flags;
	if (strcmp(seed->format, "fido-u2f") == 0)
		memset(out->ptr + 37, 0, 16);
	forge_cose_key(key, seed->credential_alg, FORGE_FINE, out);
	if (seed->extensions != NULL)
		forge_put_raw(out, seed->extensions, strlen(seed->extensions));
	forged_reset(&f);
	EVP_PKEY_free(key);
}

static void
put_leaf(const struct seed *seed, struct att_buf *out)
{
	const struct resign_keys *keys = resign_get_keys();
	EVP_PKEY *key = seed->attestation_alg == -8 ? keys->attestation_eddsa
						    : keys->attestation;
	uint8_t *der = NULL;
	X509 *cert;
	int len;

	if (strcmp(seed->format, "fido-u2f") == 0)
		cert = forge_u2f_leaf(
		    key, keys->root, keys->root_cert, FORGE_U2F_FINE);
	else
		/* So that the AAGUID may be any. */
		cert = forge_leaf(key, keys->root, keys->root_cert,
		    FORGE_CERT_AAGUID_MISSING);
	if ((len = i2d_X509(cert, &der)) <= 0)
		abort();
	forge_put_bytes(out, att_bytes(der, (size_t)len));
	OPENSSL_free(der);
	X509_free(cert);
}

/* With a signature that only holds the place. */
static void
put_statement(const struct seed *seed, struct att_buf *out)
{
	bool is_u2f = strcmp(seed->format, "fido-u2f") == 0;
	bool is_self = seed->attestation_alg == 0;

	forge_put_map(out, is_self || is_u2f ? 2 : 3);
	if (!is_u2f) {
		forge_put_text(out, "alg");
		forge_put_int(out,
		    is_self ? seed->credential_alg : seed->attestation_alg);
	}
	forge_put_text(out, "sig");
	forge_put_bytes(out, att_bytes_text("signature"));
	if (!is_self) {
		forge_put_text(out, "x5c");
		forge_put_array(out, 1);
		put_leaf(seed, out);
	}
}

static void
write_one(const struct seed *seed)
{
	struct att_buf data, statement, input, again;

	att_buf_init(&data, LIMIT);
	att_buf_init(&statement, LIMIT);
	att_buf_init(&input, LIMIT);
	att_buf_init(&again, LIMIT);
	put_auth_data(seed, &data);
	put_statement(seed, &statement);
	forge_put_raw(&input, "a hash of some client data, 32 b", 32);
	if (att_attestation_object_encode(att_bytes_text(seed->format),
		att_buf_get(&statement), att_buf_get(&data), &input) != ATT_OK)
		abort();
	resign_input(att_buf_get(&input), &again);
	write_seed("libfido2", seed->name, att_buf_get(&again));
	if (strcmp(seed->format, "fido-u2f") == 0)
		write_seed("fido_u2f", "signed-again", att_buf_get(&again));
	else
		write_seed("packed", seed->name, att_buf_get(&again));
	att_buf_reset(&data);
	att_buf_reset(&statement);
	att_buf_reset(&input);
	att_buf_reset(&again);
}

void
write_resigned(void)
{
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		write_one(&seeds[i]);
}
