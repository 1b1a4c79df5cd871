/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing the messages of an enrolment. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attestctl/enrolment.h"
#include "attestctl/out.h"
#include "base/file.h"
#include "base/hex.h"
#include "codec/base64url.h"
#include "codec/json.h"

enum {
	STRUCTURE_MAX = 2048,
	CERTIFICATE_MAX = 8192,
	NAME_LEN = 34, /* by SHA-256 */
	FILE_MODE = 0644
};

/* --- Reading -------------------------------------------------------------- */

/* *bytes stays none for a member that is not there; that may be. */
static enum att_err
take_bytes(struct att_enrolment *enrolment, const char *text, size_t max,
    struct att_bytes *bytes)
{
	enum att_err err;
	uint8_t *ptr;
	size_t len;

	*bytes = att_bytes(NULL, 0);
	if (text == NULL)
		return ATT_OK;
	err = att_base64url_decode(att_bytes_text(text), max, &ptr, &len);
	if (err != ATT_OK)
		return err;
	enrolment->owned[enrolment->count++] = ptr;
	*bytes = att_bytes(ptr, len);
	return ATT_OK;
}

static enum att_err
take_name(struct att_enrolment *enrolment, const char *text)
{
	uint8_t *name;

	enrolment->aik_name = att_bytes(NULL, 0);
	if (text == NULL)
		return ATT_OK;
	if ((name = malloc(NAME_LEN)) == NULL)
		return ATT_ERR_NO_MEMORY;
	enrolment->owned[enrolment->count++] = name;
	if (!att_hex_read(att_bytes_text(text), name, NAME_LEN))
		return ATT_ERR_JWS_MALFORMED;
	enrolment->aik_name = att_bytes(name, NAME_LEN);
	return ATT_OK;
}

struct field {
	const char *name;
	size_t max;		 /* 0: the Name */
	struct att_bytes *bytes; /* NULL for the Name */
	bool is_optional;
};

static enum att_err
take_field(const json_t *root, const struct field *field,
    struct att_enrolment *enrolment, struct att_reason *why)
{
	const char *text = att_json_get_text(root, field->name);
	enum att_err err;

	if (text == NULL &&
	    (!field->is_optional || att_json_get(root, field->name) != NULL))
		return att_refuse(why, ATT_ERR_JWS_MALFORMED,
		    "%s is missing, or no text", field->name);
	err = field->bytes == NULL
		  ? take_name(enrolment, text)
		  : take_bytes(enrolment, text, field->max, field->bytes);
	if (err == ATT_OK || err == ATT_ERR_NO_MEMORY)
		return err;
	return att_refuse(why, ATT_ERR_JWS_MALFORMED,
	    field->bytes == NULL
		? "%s is no name of a key in hexadecimal digits, with SHA-256"
		: "%s is no base64url, or too long",
	    field->name);
}

static enum att_err
read_file(const char *path, json_t **rootp, struct att_reason *why)
{
	uint8_t *ptr = NULL;
	enum att_err err;
	size_t len = 0;

	*rootp = NULL;
	err = att_file_read_any(path, ATT_ENROLMENT_MAX, &ptr, &len, why);
	if (err != ATT_OK)
		return err;
	err = att_json_parse_object(att_bytes(ptr, len), rootp, why);
	free(ptr);
	return err == ATT_OK ? err : att_refuse_within(why, err, "%s", path);
}

static enum att_err
read_fields(const char *path, const struct field *fields, size_t count,
    struct att_enrolment *enrolment, struct att_reason *why)
{
	json_t *root;
	enum att_err err;

	if ((err = read_file(path, &root, why)) != ATT_OK)
		return err;
	for (size_t i = 0; i < count && err == ATT_OK; i++) {
		err = take_field(root, &fields[i], enrolment, why);
		if (err != ATT_OK)
			err = att_refuse_within(
			    why, att_refuse_plain(why, err), "%s", path);
	}
	att_json_free(&root);
	return err;
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum att_err
att_enrolment_read_request(
    const char *path, struct att_enrolment *enrolment, struct att_reason *why)
{
	struct att_tpm_endorsement *e = &enrolment->endorsement;
	const struct field fields[ATT_ENROLMENT_FIELDS] = {
		{ "ek_certificate", CERTIFICATE_MAX, &e->ek_certificate, true },
		{ "ek_public", STRUCTURE_MAX, &e->ek_public, false },
		{ "aik_public", STRUCTURE_MAX, &e->aik_public, false },
		{ "aik_name", 0, NULL, false },
	};
	enum att_err err;

	*enrolment = (struct att_enrolment){ 0 };
	err = read_fields(path, fields, COUNT(fields), enrolment, why);
	e->aik_name = enrolment->aik_name;
	return err;
}

enum att_err
att_enrolment_read_challenge(
    const char *path, struct att_enrolment *enrolment, struct att_reason *why)
{
	const struct field fields[] = {
		{ "credential", STRUCTURE_MAX, &enrolment->credential, false },
		{ "secret", STRUCTURE_MAX, &enrolment->secret, false },
		{ "aik_name", 0, NULL, false },
	};

	*enrolment = (struct att_enrolment){ 0 };
	return read_fields(path, fields, COUNT(fields), enrolment, why);
}

void
att_enrolment_reset(struct att_enrolment *enrolment)
{
	for (size_t i = 0; i < enrolment->count; i++)
		free(enrolment->owned[i]);
	*enrolment = (struct att_enrolment){ 0 };
}

/* --- Writing -------------------------------------------------------------- */

static json_t *
make_name(struct att_bytes name)
{
	char text[ATT_HEX_TEXT_SIZE(NAME_LEN)];

	if (name.len != NAME_LEN)
		return NULL;
	att_hex_print(name, text);
	return json_string(text);
}

json_t *
att_enrolment_make_request(const struct att_tpm_endorsement *endorsement)
{
	json_t *root = json_pack("{s:o, s:o, s:o}", "ek_public",
	    att_json_base64url(endorsement->ek_public), "aik_public",
	    att_json_base64url(endorsement->aik_public), "aik_name",
	    make_name(endorsement->aik_name));

	if (root != NULL && endorsement->ek_certificate.len > 0 &&
	    json_object_set_new(root, "ek_certificate",
		att_json_base64url(endorsement->ek_certificate)) != 0) {
		json_decref(root);
		return NULL;
	}
	return root;
}

json_t *
att_enrolment_make_challenge(struct att_bytes credential,
    struct att_bytes secret, struct att_bytes aik_name)
{
	return json_pack("{s:o, s:o, s:o}", "credential",
	    att_json_base64url(credential), "secret",
	    att_json_base64url(secret), "aik_name", make_name(aik_name));
}

static enum att_err
open_folder(
    const char *path, const char **namep, int *fdp, struct att_reason *why)
{
	const char *slash = strrchr(path, '/');
	char *folder;

	*namep = slash == NULL ? path : slash + 1;
	if (slash == NULL)
		folder = strdup(".");
	else
		folder =
		    strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (folder == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	*fdp = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (*fdp >= 0 && **namep != '\0')
		return ATT_OK;
	if (*fdp >= 0)
		close(*fdp);
	return att_refuse(why, ATT_ERR_FILE_NOT_FOUND,
	    "%s: there is no such folder to write to", path);
}

enum att_err
att_enrolment_save(const char *path, struct att_bytes content, mode_t mode,
    struct att_reason *why)
{
	struct att_file file = { .shown = path, .max = ATT_ENROLMENT_MAX };
	enum att_err err;

	if ((err = open_folder(path, &file.name, &file.dirfd, why)) != ATT_OK)
		return err;
	err = att_file_replace(&file, content, mode, why);
	close(file.dirfd);
	return err;
}

enum att_err
att_enrolment_write(json_t *root, const char *path, struct att_reason *why)
{
	enum att_err err = ATT_ERR_NO_MEMORY;
	struct att_buf out;
	char *text;

	if (path == NULL)
		return att_out_json(root, ATT_EXIT_DONE) == ATT_EXIT_DONE
			   ? ATT_OK
			   : att_refuse(why, ATT_ERR_SYSTEM,
				 "standard output cannot be written");
	text = root == NULL ? NULL : json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	att_buf_init(&out, ATT_ENROLMENT_MAX);
	if (text != NULL &&
	    (err = att_buf_printf(&out, "%s\n", text)) == ATT_OK)
		err =
		    att_enrolment_save(path, att_buf_get(&out), FILE_MODE, why);
	att_buf_reset(&out);
	free(text);
	return err == ATT_OK ? err : att_refuse_plain(why, err);
}
