/* SPDX-License-Identifier: BSD-2-Clause */
/* What Azure Arc wants to be told. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "maa/arc_challenge.h"
#include "maa/secret.h"

static const char suffix[] = ".key";

enum {
	SUFFIX_LEN = sizeof(suffix) - 1
};

/* --- The header --------------------------------------------------------- */

/*
 * RFC 7617 section 2 has the realm in quotes, but Arc leaves them out. The
 * scheme and the name of the parameter are of any case.
 */
static bool
find_realm(const char *challenge, struct att_bytes *realm)
{
	static const char scheme[] = "Basic ", parameter[] = "realm=";
	size_t len;

	if (strncasecmp(challenge, scheme, sizeof(scheme) - 1) != 0)
		return false;
	challenge += sizeof(scheme) - 1;
	challenge += strspn(challenge, " ");
	if (strncasecmp(challenge, parameter, sizeof(parameter) - 1) != 0)
		return false;
	challenge += sizeof(parameter) - 1;
	len = strlen(challenge);
	if (len >= 2 && challenge[0] == '"' && challenge[len - 1] == '"') {
		challenge++;
		len -= 2;
	}
	*realm = att_bytes(challenge, len);
	return true;
}

static bool
is_name(struct att_bytes name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";

	if (name.len <= SUFFIX_LEN || name.len > NAME_MAX ||
	    name.ptr[0] == '.' ||
	    memcmp(name.ptr + name.len - SUFFIX_LEN, suffix, SUFFIX_LEN) != 0)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] == '\0' || strchr(allowed, name.ptr[i]) == NULL)
			return false;
	return true;
}

enum att_err
att_arc_challenge_parse(const char *challenge, const char *folder,
    char name[NAME_MAX + 1], struct att_reason *why)
{
	size_t len = strlen(folder);
	struct att_bytes realm;

	name[0] = '\0';
	if (!find_realm(challenge, &realm))
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "Azure Arc names no file that it wants to be shown: "
		    "expected \"Basic realm=FILE\", found \"%.80s\"",
		    challenge);
	while (len > 1 && folder[len - 1] == '/')
		len--;
	if (realm.len <= len + 1 || memcmp(realm.ptr, folder, len) != 0 ||
	    realm.ptr[len] != '/' ||
	    !is_name(att_bytes(realm.ptr + len + 1, realm.len - len - 1)))
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "Azure Arc wants to be shown %.*s, which is not shown: "
		    "expected a file %s/NAME%s (maa_arc_folder)",
		    (int)realm.len, (const char *)realm.ptr, folder, suffix);
	memcpy(name, realm.ptr + len + 1, realm.len - len - 1);
	name[realm.len - len - 1] = '\0';
	return ATT_OK;
}

/* --- The file ----------------------------------------------------------- */

/* A file of a folder, for messages. */
struct place {
	const char *folder;
	const char *name;
};

static enum att_err
refuse(const struct place *place, const char *what, struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
	    "Azure Arc wants to be shown %s/%s, which is not shown: %s",
	    place->folder, place->name, what);
}

static enum att_err
open_folder(const struct place *place, int *fdp, struct stat *st,
    struct att_reason *why)
{
	*fdp = open(
	    place->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fdp < 0)
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "%s cannot be opened: %s; is Azure Arc installed, and may "
		    "this user use it (group himds)?",
		    place->folder, strerror(errno));
	if (fstat(*fdp, st) == 0 && (st->st_mode & S_IWOTH) == 0)
		return ATT_OK;
	close(*fdp);
	*fdp = -1;
	return refuse(place, "others can write in that folder", why);
}

static enum att_err
check_file(const struct place *place, const struct stat *folder,
    const struct stat *file, struct att_reason *why)
{
	if (!S_ISREG(file->st_mode))
		return refuse(place, "it is not a regular file", why);
	if (file->st_nlink != 1)
		return refuse(place, "it has another name elsewhere", why);
	if (file->st_uid != 0 && file->st_uid != folder->st_uid)
		return refuse(place,
		    "it belongs neither to root nor to the owner of the "
		    "folder",
		    why);
	if ((file->st_mode & S_IWOTH) != 0)
		return refuse(place, "others can write to it", why);
	if (file->st_size > ATT_ARC_FILE_MAX)
		return refuse(place, "it is larger than 4096 bytes", why);
	return ATT_OK;
}

/* It is no longer than when it was looked at, or what is longer is left. */
static bool
read_whole(int fd, char *text, size_t *len)
{
	ssize_t n;

	*len = 0;
	do {
		n = read(fd, text + *len, ATT_ARC_FILE_MAX - *len);
		if (n > 0)
			*len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	text[*len] = '\0';
	return n == 0;
}

static enum att_err
read_file(
    int fd, const struct place *place, char **secretp, struct att_reason *why)
{
	char *text = malloc(ATT_ARC_FILE_MAX + 1);
	enum att_err err;
	size_t len;

	if (text == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if (!read_whole(fd, text, &len)) {
		err = refuse(place, "it cannot be read", why);
		goto out;
	}
	if (!att_secret_take_line(text, len)) {
		err = refuse(place, "it is not one line without blanks", why);
		goto out;
	}
	*secretp = text;
	text = NULL;
	err = ATT_OK;
out:
	if (text != NULL)
		explicit_bzero(text, ATT_ARC_FILE_MAX + 1);
	free(text);
	return err;
}

static enum att_err
read_below(int folder, const struct stat *folder_st, const struct place *place,
    char **secretp, struct att_reason *why)
{
	struct stat st;
	enum att_err err;
	int fd;

	fd = openat(folder, place->name,
	    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return refuse(place,
		    errno == ELOOP ? "it is a link" : strerror(errno), why);
	if (fstat(fd, &st) != 0)
		err = refuse(place, "it cannot be examined", why);
	else if ((err = check_file(place, folder_st, &st, why)) == ATT_OK)
		err = read_file(fd, place, secretp, why);
	close(fd);
	return err;
}

enum att_err
att_arc_challenge_read(const char *folder, const char *name, char **secretp,
    struct att_reason *why)
{
	const struct place place = { folder, name };
	struct stat st;
	enum att_err err;
	int fd;

	*secretp = NULL;
	if ((err = open_folder(&place, &fd, &st, why)) != ATT_OK)
		return err;
	err = read_below(fd, &st, &place, secretp, why);
	close(fd);
	return err;
}
