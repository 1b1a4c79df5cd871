/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of "make bench-audit":
 *	audit make FOLDER FEW MANY
 * makes FOLDER/roots, FOLDER/many with a credential each of MANY users, of 50
 * batches of keys (30 packed, 15 fido-u2f, 5 tpm) under 10 roots, and
 * FOLDER/few with the first FEW of them.
 *	audit floor PROCESSES SECONDS
 * prints how many ES256 signatures each of so many processes verifies in a
 * second of processor time, by bare calls of EVP_DigestVerify, for so long.
 *	audit run COMMAND [ARGUMENT]...
 * runs it into /dev/null and prints: exit status, seconds, processor seconds
 * and the peak RSS of its largest process in KiB.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/rand.h>

#include "codec/clientdata.h"
#include "codec/digest.h"
#include "floor.h"
#include "forge.h"
#include "store/record.h"
#include "times.h"

enum {
	ES256 = -7,
	BATCHES = 50,
	ROOTS = 10,
	PROCESSES_MAX = 64
};

static const char rp_id[] = "forge.example";

/* --- make --------------------------------------------------------------- */

static enum forge_kind
kind_of(size_t batch)
{
	if (batch % 10 == 9)
		return FORGE_KIND_TPM;
	return batch % 10 >= 6 ? FORGE_KIND_U2F : FORGE_KIND_BASIC;
}

static void
make_folder(const char *folder, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (mkdir(path, 0755) != 0)
		err(1, "%s", path);
}

static void
make_roots(const char *folder, struct forge_authority roots[ROOTS])
{
	char path[4096], name[32];
	FILE *file;

	make_folder(folder, "roots");
	for (size_t i = 0; i < ROOTS; i++) {
		snprintf(name, sizeof(name), "Forge root %zu", i);
		roots[i].key = forge_key(ES256);
		roots[i].cert = forge_root(roots[i].key, name);
		snprintf(path, sizeof(path), "%s/roots/%zu.pem", folder, i);
		if ((file = fopen(path, "we")) == NULL ||
		    PEM_write_X509(file, roots[i].cert) != 1 ||
		    fchmod(fileno(file), 0644) != 0 || fclose(file) != 0)
			err(1, "%s", path);
	}
}

/* Asks for a registration of user; the record has everything but the answer. */
static void
ask(const char *user, struct att_record *record, struct forge_request *request)
{
	uint8_t challenge[32];

	*record = (struct att_record){
		.label = strdup("key-1"),
		.rp_id = strdup(rp_id),
		.enrolled_by = strdup("root"),
		.time = FORGE_TIME,
	};
	if (record->label == NULL || record->rp_id == NULL ||
	    record->enrolled_by == NULL ||
	    RAND_bytes(record->nonce, ATT_NONCE_LEN) != 1 ||
	    att_registration_challenge(rp_id, user, record->nonce, challenge) !=
		ATT_OK ||
	    att_client_data_make("webauthn.create", challenge, rp_id,
		(char **)&record->client_data) != ATT_OK)
		errx(1, "no registration can be asked for");
	record->client_data_len = strlen((char *)record->client_data);
	if (att_sha256(att_bytes_text(rp_id), request->rp_id_hash) != ATT_OK ||
	    att_sha256(att_bytes(record->client_data, record->client_data_len),
		request->client_data_hash) != ATT_OK)
		errx(1, "OpenSSL cannot hash");
}

static void
write_record(const char *path, const struct att_record *record)
{
	struct att_reason why = { 0 };
	struct att_buf line;
	int fd;

	att_buf_init(&line, ATT_RECORD_LINE_MAX);
	if (att_record_print(record, &line, &why) != ATT_OK ||
	    att_buf_put_u8(&line, '\n') != ATT_OK)
		errx(1, "%s", why.text);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, line.ptr, line.len) != (ssize_t)line.len ||
	    close(fd) != 0)
		err(1, "%s", path);
	att_buf_reset(&line);
}

struct batch {
	bool is_there;
	struct forged forged;
};

static void
make_credential(const char *folder, size_t user, struct batch *batches,
    const struct forge_authority *roots)
{
	size_t index = user % BATCHES;
	struct forge_request request = { .is_verified = true,
		.time = FORGE_TIME,
		.authority = roots[index % ROOTS] };
	const struct forge_spec spec = { .kind = kind_of(index),
		.request = &request };
	struct batch *batch = &batches[index];
	struct att_record record;
	char name[32], path[4096];

	snprintf(name, sizeof(name), "user%06zu", user);
	ask(name, &record, &request);
	if (batch->is_there)
		forge_again(&request, &batch->forged);
	else
		forge(&spec, &batch->forged);
	batch->is_there = true;
	record.attestation_object = batch->forged.object.ptr;
	record.attestation_object_len = batch->forged.object.len;
	snprintf(path, sizeof(path), "%s/many/%s", folder, name);
	write_record(path, &record);
	record.attestation_object = NULL;
	att_record_reset(&record);
}

static void
link_few(const char *folder, size_t user)
{
	char from[4096], to[4096];

	snprintf(from, sizeof(from), "%s/many/user%06zu", folder, user);
	snprintf(to, sizeof(to), "%s/few/user%06zu", folder, user);
	if (link(from, to) != 0)
		err(1, "%s", to);
}

static void
make(const char *folder, size_t few, size_t many)
{
	static struct batch batches[BATCHES];
	struct forge_authority roots[ROOTS];

	umask(022);
	make_roots(folder, roots);
	make_folder(folder, "few");
	make_folder(folder, "many");
	for (size_t i = 0; i < many; i++) {
		make_credential(folder, i, batches, roots);
		if (i < few)
			link_few(folder, i);
	}
}

/* --- floor -------------------------------------------------------------- */

/* How many in a second of processor time. */
static double
verify_for(double seconds)
{
	EVP_PKEY *key = forge_key(ES256);
	uint8_t data[200] = { 0 };
	double end = times_now_us(CLOCK_MONOTONIC) + seconds * 1e6;
	double begin = times_now_us(CLOCK_PROCESS_CPUTIME_ID);
	struct bare bare;
	size_t count = 0;

	bare_init(&bare, key);
	forge_put_raw(&bare.data, data, sizeof(data));
	forge_sign(key, ES256, att_buf_get(&bare.data), &bare.sig);
	for (; times_now_us(CLOCK_MONOTONIC) < end; count++)
		bare_verify(&bare);
	att_buf_reset(&bare.data);
	att_buf_reset(&bare.sig);
	EVP_PKEY_free(key);
	return (double)count * 1e6 /
	       (times_now_us(CLOCK_PROCESS_CPUTIME_ID) - begin);
}

static void
measure_floor(size_t processes, double seconds)
{
	double *rates, sum = 0;

	rates = mmap(NULL, sizeof(*rates) * PROCESSES_MAX,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (rates == MAP_FAILED || processes == 0 || processes > PROCESSES_MAX)
		errx(1, "so many processes cannot be started");
	for (size_t i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			err(1, "fork");
		if (pid == 0) {
			rates[i] = verify_for(seconds);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		continue;
	for (size_t i = 0; i < processes; i++)
		sum += rates[i];
	printf("%.0f\n", sum / (double)processes);
}

/* --- run ---------------------------------------------------------------- */

static void
run(char **command)
{
	double begin = times_now_us(CLOCK_MONOTONIC), seconds;
	struct rusage usage;
	int status, null;
	pid_t pid;

	if ((pid = fork()) < 0)
		err(1, "fork");
	if (pid == 0) {
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
			err(1, "/dev/null");
		execv(command[0], command);
		err(1, "%s", command[0]);
	}
	if (wait4(pid, &status, 0, &usage) != pid)
		err(1, "wait");
	seconds = (times_now_us(CLOCK_MONOTONIC) - begin) / 1e6;
	printf("%d %.2f %.2f %ld\n",
	    WIFEXITED(status) ? WEXITSTATUS(status) : 255, seconds,
	    times_usage_ms(&usage) / 1e3, usage.ru_maxrss);
}

int
main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "make") == 0)
		make(argv[2], strtoul(argv[3], NULL, 10),
		    strtoul(argv[4], NULL, 10));
	else if (argc == 4 && strcmp(argv[1], "floor") == 0)
		measure_floor(
		    strtoul(argv[2], NULL, 10), strtod(argv[3], NULL));
	else if (argc >= 3 && strcmp(argv[1], "run") == 0)
		run(argv + 2);
	else
		errx(2, "usage: audit make FOLDER FEW MANY | floor PROCESSES "
			"SECONDS | run COMMAND [ARGUMENT]...");
	return 0;
}
