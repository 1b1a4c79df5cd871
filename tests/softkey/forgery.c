/* SPDX-License-Identifier: BSD-2-Clause */
/* Registrations that tests/unit/forge makes, as answers of MakeCredential. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "forge.h"

#include "cbor_io.h"
#include "fatal.h"
#include "forgery.h"

#define NAMES_MAX 1024
#define ITEM_MAX (1 << 16)
/* Where authData has the length of the credential ID, WebAuthn 6.5.1 */
#define ID_LENGTH_AT 53

struct forgery {
	const struct forge_row *rows[NAMES_MAX];
	size_t count;
	size_t next;
	struct issued authority;
};

static const struct {
	const char *symbol;
	const char *kind;
} names[FORGE_COUNT] = {
#define FORGE(symbol, kind, error) { #symbol, #kind },
#include "forge.def"
#undef FORGE
};

/* The envelope is not the key's: the platform makes it. */
static bool
is_of_a_key(size_t row)
{
	return strncmp(names[row].symbol, "OBJECT_", strlen("OBJECT_")) != 0;
}

/* SYMBOL_OF_FORGE as name-of-an-option */
static char
spell(char c)
{
	return (char)(c == '_' ? '-' : tolower((unsigned char)c));
}

static bool
is_spelt(const char *symbol, const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (symbol[i] == '\0' || spell(symbol[i]) != name[i])
			return false;
	return symbol[len] == '\0';
}

static const struct forge_row *
find_row(const char *name, size_t len)
{
	for (size_t i = 0; i < FORGE_COUNT; i++)
		if (is_of_a_key(i) && is_spelt(names[i].symbol, name, len))
			return &forge_rows[i];
	return NULL;
}

/* The row of the first name of a list, which is moved past it. */
static const struct forge_row *
take_row(const char **list)
{
	size_t len = strcspn(*list, ",");
	const struct forge_row *row = find_row(*list, len);

	*list += len;
	if (**list == ',')
		(*list)++;
	return row;
}

bool
forgery_knows(const char *list)
{
	size_t count = 0;

	do
		if (take_row(&list) == NULL)
			return false;
	while (++count < NAMES_MAX && *list != '\0');
	return *list == '\0';
}

static void
print_spelt(FILE *out, const char *symbol, int width)
{
	for (; *symbol != '\0'; symbol++, width--)
		fputc(spell(*symbol), out);
	fprintf(out, "%*s ", width > 0 ? width : 0, "");
}

void
forgery_list(FILE *out)
{
	for (size_t i = 0; i < FORGE_COUNT; i++) {
		if (!is_of_a_key(i))
			continue;
		print_spelt(out, names[i].symbol, 32);
		print_spelt(out, names[i].kind, 12);
		fprintf(out, "%s\n", att_err_code(forge_rows[i].error));
	}
}

struct forgery *
forgery_new(const char *list, struct issued *authority)
{
	struct forgery *forgery = must_alloc(1, sizeof(*forgery));

	while (*list != '\0' && forgery->count < NAMES_MAX)
		forgery->rows[forgery->count++] = take_row(&list);
	forgery->authority = *authority;
	*authority = (struct issued){ 0 };
	return forgery;
}

void
forgery_free(struct forgery **forgeryp)
{
	struct forgery *forgery = *forgeryp;

	if (forgery == NULL)
		return;
	issued_free(&forgery->authority);
	free(forgery);
	*forgeryp = NULL;
}

const uint8_t *
forgery_get_aaguid(void)
{
	return forge_aaguid;
}

enum cose_alg
forgery_get_algorithm(const struct forgery *forgery)
{
	return forgery->rows[forgery->next]->kind == FORGE_KIND_TPM_RSA
		   ? COSE_RS256
		   : COSE_ES256;
}

static void
read_credential(const struct forged *f, struct forgery_credential *cred)
{
	const uint8_t *at = f->auth_data.ptr + ID_LENGTH_AT;

	cred->id_len = (size_t)at[0] << 8 | at[1];
	if (cred->id_len > sizeof(cred->id))
		fatal("a forged credential ID is too long");
	memcpy(cred->id, at + 2, cred->id_len);
	cred->key = f->credential;
	if (EVP_PKEY_up_ref(cred->key) != 1)
		fatal("cannot keep a key");
}

static void
put_map(const struct forged *f, struct buf *out)
{
	struct att_buf fmt;

	att_buf_init(&fmt, ITEM_MAX);
	forge_put_format(f, &fmt);
	cbor_put_map(out, 3);
	cbor_put_int(out, 1);
	buf_put(out, fmt.ptr, fmt.len);
	cbor_put_int(out, 2);
	cbor_put_bytes(out, f->auth_data.ptr, f->auth_data.len);
	cbor_put_int(out, 3);
	buf_put(out, f->statement.ptr, f->statement.len);
	att_buf_reset(&fmt);
}

void
forgery_put_answer(struct forgery *forgery,
    const struct forgery_request *request, struct buf *out,
    struct forgery_credential *cred)
{
	const struct forge_row *row = forgery->rows[forgery->next];
	struct forge_request asked = {
		.sign_count = request->counter,
		.is_verified = request->is_verified,
		.time = time(NULL),
		.authority = { forgery->authority.key,
		    forgery->authority.cert },
	};
	struct forge_spec spec = {
		.kind = row->kind,
		.defect = row->defect,
		.request = &asked,
	};
	struct forged f;

	memcpy(asked.rp_id_hash, request->rp_id_hash, SHA256_LEN);
	memcpy(asked.client_data_hash, request->client_data_hash, SHA256_LEN);
	forge(&spec, &f);
	put_map(&f, out);
	*cred = (struct forgery_credential){ 0 };
	if (row->error == ATT_OK)
		read_credential(&f, cred);
	forged_reset(&f);
	if (forgery->next + 1 < forgery->count)
		forgery->next++;
}
