/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Verifies registrations, one process and one thread:
 *	verify ROUNDS FOLDER
 * writes each registration into the folder, for others to verify (NAME.object,
 * NAME.pem and client.json), and prints one line for each:
 *	NAME FLOOR COLD FLOOR-WARM WARM LIBFIDO2
 * in microseconds of processor time, of rounds that take turns the one that is
 * slower than a tenth of them: other load of the machine, which takes caches
 * away, disturbs it less than the median. The floors are the signatures that
 * the format cannot do without, by bare calls of EVP_DigestVerify with keys
 *that are there already. LIBFIDO2 is "-" where libfido2 does not take the
 *format.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <fido.h>
#include <openssl/pem.h>

#include "attestation/object.h"
#include "attestation/verify.h"
#include "codec/digest.h"
#include "floor.h"
#include "forge.h"
#include "times.h"

enum {
	ES256 = -7,
	RS256 = -257,
	BATCH = 25,
	ROUNDS_MAX = 1000,
	ROOM = 16
};

static const char rp_id[] = "forge.example";
static const char client_data[] =
    "{\"type\":\"webauthn.create\","
    "\"challenge\":\"YmVuY2htYXJrcyBuZWVkIG5vIHNlY3JldHM\","
    "\"origin\":\"https://forge.example\",\"crossOrigin\":false}";

enum measure {
	FLOOR_COLD,
	COLD,
	FLOOR_WARM,
	WARM,
	LIBFIDO2,
	MEASURES
};

struct row {
	const char *name;
	enum forge_kind kind;
	int32_t alg;
	int cose_type; /* for libfido2 */

	struct forged forged;
	struct att_evidence evidence;
	struct att_options opts;
	struct att_anchors *anchors[2]; /* cold, warm */
	struct bare statement, leaf;
	bool has_leaf;
	bool is_libfido2_able;
	double us[MEASURES][ROUNDS_MAX];
};

static struct row rows[] = {
	{ .name = "packed-x5c",
	    .kind = FORGE_KIND_BASIC,
	    .alg = ES256,
	    .cose_type = COSE_ES256 },
	{ .name = "packed-self",
	    .kind = FORGE_KIND_SELF,
	    .alg = ES256,
	    .cose_type = COSE_ES256 },
	{ .name = "fido-u2f",
	    .kind = FORGE_KIND_U2F,
	    .alg = ES256,
	    .cose_type = COSE_ES256 },
	{ .name = "tpm-rs256",
	    .kind = FORGE_KIND_TPM_RSA,
	    .alg = RS256,
	    .cose_type = COSE_RS256 },
};

enum {
	ROWS = sizeof(rows) / sizeof(rows[0])
};

/* --- What is measured --------------------------------------------------- */

static void
verify_ours(const struct row *row, bool is_warm)
{
	struct att_verdict verdict = { 0 };
	struct att_reason why = { 0 };

	if (att_attestation_verify(&row->evidence, &row->opts,
		&(struct att_trust){ .anchors = row->anchors[is_warm] },
		&verdict, &why) != ATT_OK)
		errx(1, "%s: %s", row->name, why.text);
	att_verdict_reset(&verdict);
}

/* Signature, flags and RP ID; libfido2 looks at no path. */
static bool
is_verified_by_libfido2(const struct row *row)
{
	const struct forged *f = &row->forged;
	bool is_self = row->kind == FORGE_KIND_SELF;
	fido_cred_t *cred = fido_cred_new();
	const char *format = is_self || row->kind == FORGE_KIND_BASIC ? "packed"
			     : row->kind == FORGE_KIND_U2F ? "fido-u2f"
							   : "tpm";
	bool is_verified;

	is_verified =
	    cred != NULL &&
	    fido_cred_set_type(cred, row->cose_type) == FIDO_OK &&
	    fido_cred_set_clientdata_hash(cred, f->client_data_hash, 32) ==
		FIDO_OK &&
	    fido_cred_set_rp(cred, rp_id, NULL) == FIDO_OK &&
	    fido_cred_set_fmt(cred, format) == FIDO_OK &&
	    fido_cred_set_authdata_raw(
		cred, f->auth_data.ptr, f->auth_data.len) == FIDO_OK &&
	    fido_cred_set_attstmt(cred, f->statement.ptr, f->statement.len) ==
		FIDO_OK &&
	    (is_self ? fido_cred_verify_self(cred) : fido_cred_verify(cred)) ==
		FIDO_OK;
	fido_cred_free(&cred);
	return is_verified;
}

static void
run(const struct row *row, enum measure measure)
{
	switch (measure) {
	case FLOOR_COLD:
		bare_verify(&row->statement);
		if (row->has_leaf)
			bare_verify(&row->leaf);
		break;
	case FLOOR_WARM:
		bare_verify(&row->statement);
		break;
	case LIBFIDO2:
		if (row->is_libfido2_able && !is_verified_by_libfido2(row))
			errx(1, "%s: libfido2 refuses it now", row->name);
		break;
	default:
		verify_ours(row, measure == WARM);
	}
}

static void
run_round(struct row *row, size_t round)
{
	for (int m = 0; m < MEASURES; m++) {
		double begin = times_now_us(CLOCK_PROCESS_CPUTIME_ID);

		for (int i = 0; i < BATCH; i++)
			run(row, (enum measure)m);
		row->us[m][round] =
		    (times_now_us(CLOCK_PROCESS_CPUTIME_ID) - begin) / BATCH;
	}
}

/* --- What it is measured on --------------------------------------------- */

/* Data of the length that the statement signs, signed by the same key. */
static void
prepare_statement(struct row *row)
{
	const struct forged *f = &row->forged;

	bare_init(&row->statement,
	    f->attestation != NULL ? f->attestation : f->credential);
	forge_put_raw(&row->statement.data, f->auth_data.ptr, f->auth_data.len);
	forge_put_raw(&row->statement.data, f->client_data_hash, 32);
	forge_sign(row->statement.key, row->alg,
	    att_buf_get(&row->statement.data), &row->statement.sig);
}

static void
prepare(struct row *row, const struct forge_request *request)
{
	const struct forge_spec spec = { .kind = row->kind,
		.credential_alg = row->alg,
		.attestation_alg = row->alg,
		.request = request };

	forge(&spec, &row->forged);
	row->evidence = forged_get_evidence(&row->forged);
	row->opts = forge_make_options_for(row->kind);
	for (int i = 0; i < 2; i++)
		row->anchors[i] = forged_make_anchors(&row->forged);
	if (att_anchors_remember(row->anchors[1], ROOM) != ATT_OK)
		errx(1, "no memory");
	prepare_statement(row);
	row->has_leaf = row->forged.certs[0] != NULL;
	if (row->has_leaf)
		bare_init_leaf(
		    &row->leaf, row->forged.certs[0], row->forged.root);
	row->is_libfido2_able = is_verified_by_libfido2(row);
}

static void
write_row(const struct row *row, const char *folder)
{
	const struct att_buf *object = &row->forged.object;
	FILE *file = floor_create(folder, row->name, ".object");

	if (fwrite(object->ptr, 1, object->len, file) != object->len ||
	    fclose(file) != 0)
		err(1, "%s", folder);
	file = floor_create(folder, row->name, ".pem");
	if ((row->forged.root != NULL &&
		PEM_write_X509(file, row->forged.root) != 1) ||
	    fclose(file) != 0)
		err(1, "%s", folder);
}

static void
make_request(struct forge_request *request)
{
	*request = (struct forge_request){
		.is_verified = true,
		.time = FORGE_TIME,
		.authority.key = forge_key(ES256),
	};
	request->authority.cert =
	    forge_root(request->authority.key, "Forge root");
	if (att_sha256(att_bytes_text(rp_id), request->rp_id_hash) != ATT_OK ||
	    att_sha256(att_bytes_text(client_data),
		request->client_data_hash) != ATT_OK)
		errx(1, "OpenSSL cannot hash");
}

/* --- Reporting ---------------------------------------------------------- */

static void
print_row(struct row *row, size_t rounds)
{
	printf("%s", row->name);
	for (int m = 0; m < MEASURES; m++) {
		times_sort(row->us[m], rounds);
		if (m == LIBFIDO2 && !row->is_libfido2_able)
			printf(" -");
		else
			printf(" %.2f", row->us[m][rounds / 10]);
	}
	putchar('\n');
}

int
main(int argc, char **argv)
{
	struct forge_request request;
	size_t rounds;
	FILE *file;

	if (argc != 3 || (rounds = strtoul(argv[1], NULL, 10)) == 0 ||
	    rounds > ROUNDS_MAX)
		errx(2, "usage: verify ROUNDS FOLDER");
	fido_init(0);
	make_request(&request);
	file = floor_create(argv[2], "client", ".json");
	if (fputs(client_data, file) == EOF || fclose(file) != 0)
		err(1, "%s", argv[2]);
	for (size_t i = 0; i < ROWS; i++) {
		prepare(&rows[i], &request);
		write_row(&rows[i], argv[2]);
	}
	for (size_t round = 0; round < rounds; round++) {
		for (size_t i = 0; i < ROWS; i++)
			run_round(&rows[i], round);
	}
	for (size_t i = 0; i < ROWS; i++)
		print_row(&rows[i], rounds);
	return 0;
}
