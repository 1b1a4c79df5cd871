/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of softkey. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest.h"
#include "forgery.h"
#include "hid.h"
#include "misbehave.h"
#include "options.h"

/* "softkey" in ASCII, shaped as a UUID */
static const uint8_t default_aaguid[AAGUID_LEN] = { 's', 'o', 'f', 't', 'k',
	'e', 0x49, 'y', 0x80, 0, 0, 0, 0, 0, 0, 1 };

enum option_id {
	OPT_HELP = 'h',
	OPT_LINK = 256,
	OPT_UHID,
	OPT_STATE,
	OPT_FORMAT,
	OPT_AAGUID,
	OPT_ATTESTATION_KEY,
	OPT_ATTESTATION_CHAIN,
	OPT_AUTHORITY,
	OPT_DEFECT,
	OPT_ENTERPRISE,
	OPT_PIN,
	OPT_UV,
	OPT_ALWAYS_UV,
	OPT_UV_NOT_REQUIRED,
	OPT_TOUCH,
	OPT_TOUCH_TIMEOUT,
	OPT_LATENCY,
	OPT_COUNTER,
	OPT_COUNTER_STEP,
	OPT_U2F_ONLY,
	OPT_NO_U2F,
	OPT_MAX_CREDS,
	OPT_MAX_MESSAGE,
	OPT_ID_LENGTH,
	OPT_TRACE,
	OPT_MISBEHAVE,
	OPT_MISBEHAVE_ON,
	OPT_MAKE_CA,
	OPT_CA_NAME,
	OPT_LEAF_NAME,
	OPT_INTERMEDIATE,
	OPT_U2F_LEAF,
	OPT_EXEC,
};

struct option_row {
	const char *name;
	const char *value; /* NULL: takes none */
	int id;
	const char *help;
};

static const struct option_row rows[] = {
	{ "link", "PATH", OPT_LINK,
	    "symbolic link to the device, made when ready" },
	{ "uhid", NULL, OPT_UHID,
	    "be a USB device of this kernel, by /dev/uhid" },
	{ "state", "FILE", OPT_STATE,
	    "keep credentials, PIN and counter in FILE" },
	{ "format", "NAME", OPT_FORMAT,
	    "attestation format (packed); \"list\" shows all" },
	{ "aaguid", "HEX", OPT_AAGUID,
	    "model, as 32 hex digits or a UUID (that of the chain's leaf)" },
	{ "attestation-key", "PEM", OPT_ATTESTATION_KEY,
	    "attestation key (one made up at every start)" },
	{ "attestation-chain", "PEM", OPT_ATTESTATION_CHAIN,
	    "its certificates, leaf first, as x5c" },
	{ "authority", "DIR", OPT_AUTHORITY,
	    "who certifies otherwise, by --make-ca (one made up)" },
	{ "defect", "NAMES", OPT_DEFECT,
	    "forge registrations, A,B,...: one after the other; \"list\"" },
	{ "enterprise", "RP-ID", OPT_ENTERPRISE,
	    "be capable of enterprise attestation, vendor's for RP-ID" },
	{ "pin", "PIN", OPT_PIN, "PIN at the start, if none is set" },
	{ "uv", "[ok|fail]", OPT_UV,
	    "built-in user verification that succeeds or fails (ok)" },
	{ "always-uv", NULL, OPT_ALWAYS_UV,
	    "want verification for everything" },
	{ "uv-not-required", NULL, OPT_UV_NOT_REQUIRED,
	    "make credentials without a PIN though one is set" },
	{ "touch", "WHEN", OPT_TOUCH,
	    "auto, never, or milliseconds after the request (auto)" },
	{ "touch-timeout", "MS", OPT_TOUCH_TIMEOUT,
	    "give up waiting for a touch (30000)" },
	{ "latency", "MS", OPT_LATENCY, "delay of every report, both ways" },
	{ "counter", "N", OPT_COUNTER,
	    "what the first signature reports (1, or as the state says)" },
	{ "counter-step", "N", OPT_COUNTER_STEP,
	    "what each signature adds, 0 and below allowed (1)" },
	{ "u2f-only", NULL, OPT_U2F_ONLY, "speak U2F, not CTAP2" },
	{ "no-u2f", NULL, OPT_NO_U2F, "speak CTAP2, not U2F" },
	{ "max-creds-in-list", "N", OPT_MAX_CREDS,
	    "maxCredentialCountInList, kept to (no limit)" },
	{ "max-message", "BYTES", OPT_MAX_MESSAGE, "maxMsgSize (7609)" },
	{ "credential-id-length", "BYTES", OPT_ID_LENGTH,
	    "length of new credential IDs, 16 to 1023 (64)" },
	{ "trace", "FILE", OPT_TRACE,
	    "append one line for every CTAPHID message" },
	{ "misbehave", "NAME", OPT_MISBEHAVE,
	    "behave badly; \"list\" shows the ways" },
	{ "misbehave-on", "WHICH", OPT_MISBEHAVE_ON,
	    "makecred, getassert, getinfo or all (as the way says)" },
	{ "make-ca", "DIR", OPT_MAKE_CA,
	    "write a throw-away authority and a leaf into DIR, then end" },
	{ "ca-name", "CN", OPT_CA_NAME, "name of its root" },
	{ "leaf-name", "CN", OPT_LEAF_NAME, "name of its leaf" },
	{ "intermediate", NULL, OPT_INTERMEDIATE,
	    "put an intermediate between root and leaf" },
	{ "u2f-leaf", NULL, OPT_U2F_LEAF,
	    "make the leaf of a U2F key, without AAGUID" },
	{ "exec", NULL, OPT_EXEC,
	    "run the command that follows, with SOFTKEY_PATH set" },
	{ "help", NULL, OPT_HELP, "show this text" },
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

static _Noreturn void
usage(void)
{
	char left[64];

	puts("usage: softkey [OPTION]...\n"
	     "       softkey [OPTION]... --exec COMMAND [ARGUMENT]...\n"
	     "       softkey --make-ca DIR [--ca-name CN] [--leaf-name CN] "
	     "[--aaguid HEX]\n"
	     "               [--intermediate] [--u2f-leaf]\n\n"
	     "A software security key (CTAP 2.1, U2F) on a pseudo-terminal, or "
	     "a USB device of\n"
	     "this kernel. Prints its path when ready; ends on SIGTERM or "
	     "SIGINT.\n");
	for (size_t i = 0; i < ROW_COUNT; i++) {
		snprintf(left, sizeof(left), "--%s%s%s", rows[i].name,
		    rows[i].id == OPT_UV ? "=" : " ",
		    rows[i].value != NULL ? rows[i].value : "");
		printf("  %-30s %s\n", left, rows[i].help);
	}
	exit(0);
}

static _Noreturn void
mistake(const char *option, const char *value, const char *expected)
{
	fprintf(
	    stderr, "softkey: --%s %s: expected %s\n", option, value, expected);
	exit(2);
}

static long
read_number(const char *option, const char *value, long min, long max)
{
	char *end;
	long n;
	char expected[64];

	errno = 0;
	n = strtol(value, &end, 10);
	if (errno != 0 || end == value || *end != '\0' || n < min || n > max) {
		snprintf(expected, sizeof(expected), "a number from %ld to %ld",
		    min, max);
		mistake(option, value, expected);
	}
	return n;
}

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);

	return c != '\0' && at != NULL ? (int)(at - digits) : -1;
}

static void
read_aaguid(struct options *opt, const char *value)
{
	size_t n = 0;
	const char *p;

	for (p = value; *p != '\0'; p++) {
		if (*p == '-')
			continue;
		if (hex_value(*p) < 0 || n == 2 * AAGUID_LEN)
			break;
		opt->aaguid[n / 2] =
		    (uint8_t)((n % 2 == 0 ? 0 : opt->aaguid[n / 2] << 4) |
			      hex_value(*p));
		n++;
	}
	if (*p != '\0' || n != 2 * AAGUID_LEN)
		mistake("aaguid", value, "32 hex digits or a UUID");
	opt->has_aaguid = true;
}

static void
read_touch(struct options *opt, const char *value)
{
	if (strcmp(value, "auto") == 0) {
		opt->touch = TOUCH_AUTO;
	} else if (strcmp(value, "never") == 0) {
		opt->touch = TOUCH_NEVER;
	} else {
		opt->touch = TOUCH_DELAY;
		opt->touch_ms = read_number("touch", value, 0, 3600000);
	}
}

static void
read_uv(struct options *opt, const char *value)
{
	if (value == NULL || strcmp(value, "ok") == 0)
		opt->uv = UV_OK;
	else if (strcmp(value, "fail") == 0)
		opt->uv = UV_FAIL;
	else
		mistake("uv", value, "ok or fail");
}

static void
read_format(struct options *opt, const char *value)
{
	const struct attest_format *f;

	if (strcmp(value, "list") == 0) {
		for (f = attest_formats; f->name != NULL; f++)
			printf("%-18s %s\n", f->name, f->help);
		exit(0);
	}
	if (attest_find_format(value) == NULL)
		mistake("format", value, "a name of --format list");
	opt->format = value;
}

static void
read_defect(struct options *opt, const char *value)
{
	if (strcmp(value, "list") == 0) {
		forgery_list(stdout);
		exit(0);
	}
	if (!forgery_knows(value))
		mistake("defect", value, "names of --defect list");
	opt->defects = value;
}

static void
read_misbehave(struct options *opt, const char *value)
{
	if (strcmp(value, "list") == 0) {
		misbehave_list(stdout);
		exit(0);
	}
	if ((opt->fault = (int)misbehave_find(value)) == FAULT_NONE)
		mistake("misbehave", value, "a name of --misbehave list");
}

static void
read_scope(struct options *opt, const char *value)
{
	if (strcmp(value, "makecred") == 0)
		opt->fault_scope = SCOPE_MAKECRED;
	else if (strcmp(value, "getassert") == 0)
		opt->fault_scope = SCOPE_GETASSERT;
	else if (strcmp(value, "getinfo") == 0)
		opt->fault_scope = SCOPE_GETINFO;
	else if (strcmp(value, "all") == 0)
		opt->fault_scope = SCOPE_ALL;
	else
		mistake("misbehave-on", value,
		    "makecred, getassert, getinfo or all");
}

/* Options about the key itself; false when id is another one. */
static bool
take_key_option(struct options *opt, int id, const char *value)
{
	switch (id) {
	case OPT_FORMAT:
		read_format(opt, value);
		return true;
	case OPT_AAGUID:
		read_aaguid(opt, value);
		return true;
	case OPT_ATTESTATION_KEY:
		opt->attestation_key = value;
		return true;
	case OPT_ATTESTATION_CHAIN:
		opt->attestation_chain = value;
		return true;
	case OPT_AUTHORITY:
		opt->authority = value;
		return true;
	case OPT_DEFECT:
		read_defect(opt, value);
		return true;
	case OPT_ENTERPRISE:
		opt->enterprise = value;
		return true;
	case OPT_PIN:
		opt->pin = value;
		return true;
	case OPT_UV:
		read_uv(opt, value);
		return true;
	case OPT_ALWAYS_UV:
		opt->always_uv = true;
		return true;
	case OPT_UV_NOT_REQUIRED:
		opt->uv_not_required = true;
		return true;
	case OPT_U2F_ONLY:
		opt->u2f_only = true;
		return true;
	case OPT_NO_U2F:
		opt->no_u2f = true;
		return true;
	default:
		return false;
	}
}

/* Options with a number, and when the touch comes. */
static bool
take_number_option(struct options *opt, int id, const char *value)
{
	switch (id) {
	case OPT_TOUCH:
		read_touch(opt, value);
		return true;
	case OPT_TOUCH_TIMEOUT:
		opt->touch_timeout_ms =
		    read_number("touch-timeout", value, 0, 3600000);
		return true;
	case OPT_LATENCY:
		opt->latency_ms = read_number("latency", value, 0, 10000);
		return true;
	case OPT_COUNTER:
		opt->counter =
		    (uint32_t)read_number("counter", value, 0, UINT32_MAX);
		opt->has_counter = true;
		return true;
	case OPT_COUNTER_STEP:
		opt->counter_step =
		    read_number("counter-step", value, -UINT16_MAX, UINT16_MAX);
		return true;
	case OPT_MAX_CREDS:
		opt->max_creds_in_list =
		    read_number("max-creds-in-list", value, 1, 1000);
		return true;
	case OPT_MAX_MESSAGE:
		opt->max_message =
		    read_number("max-message", value, 1024, HID_MESSAGE_MAX);
		return true;
	case OPT_ID_LENGTH:
		opt->credential_id_len =
		    read_number("credential-id-length", value, 16, 1023);
		return true;
	default:
		return false;
	}
}

static void
take_option(struct options *opt, int id, const char *value)
{
	if (take_key_option(opt, id, value) ||
	    take_number_option(opt, id, value))
		return;
	switch (id) {
	case OPT_LINK:
		opt->link = value;
		break;
	case OPT_UHID:
		opt->uhid = true;
		break;
	case OPT_STATE:
		opt->state = value;
		break;
	case OPT_TRACE:
		opt->trace = value;
		break;
	case OPT_MISBEHAVE:
		read_misbehave(opt, value);
		break;
	case OPT_MISBEHAVE_ON:
		read_scope(opt, value);
		break;
	case OPT_MAKE_CA:
		opt->make_ca = value;
		break;
	case OPT_CA_NAME:
		opt->ca_name = value;
		break;
	case OPT_LEAF_NAME:
		opt->leaf_name = value;
		break;
	case OPT_INTERMEDIATE:
		opt->intermediate = true;
		break;
	case OPT_U2F_LEAF:
		opt->u2f_leaf = true;
		break;
	case OPT_EXEC:
		opt->exec = true;
		break;
	case OPT_HELP:
		usage();
	default:
		fputs("softkey: see softkey --help\n", stderr);
		exit(2);
	}
}

static void
check_together(const struct options *opt, int left)
{
	const char *wrong = NULL;

	if ((opt->attestation_key == NULL) != (opt->attestation_chain == NULL))
		wrong = "--attestation-key and --attestation-chain go together";
	else if (opt->u2f_only && opt->no_u2f)
		wrong = "--u2f-only and --no-u2f leave nothing";
	else if (opt->fault_scope != 0 && opt->fault == FAULT_NONE)
		wrong = "--misbehave-on needs --misbehave";
	else if (opt->exec && left == 0)
		wrong = "--exec needs a command";
	else if (!opt->exec && left != 0)
		wrong = "arguments are only for --exec";
	else if (opt->pin != NULL &&
		 (strlen(opt->pin) < 4 || strlen(opt->pin) > 63))
		wrong = "--pin needs 4 to 63 bytes";
	if (wrong == NULL)
		return;
	fprintf(stderr, "softkey: %s\n", wrong);
	exit(2);
}

static int
argument_of(const struct option_row *row)
{
	if (row->id == OPT_UV)
		return optional_argument;
	return row->value != NULL ? required_argument : no_argument;
}

void
options_parse(struct options *opt, int argc, char **argv)
{
	struct option table[ROW_COUNT + 1] = { 0 };
	int id;

	*opt = (struct options){
		.format = "packed",
		.touch_timeout_ms = 30000,
		.counter_step = 1,
		.max_message = HID_MESSAGE_MAX,
		.credential_id_len = 64,
		.ca_name = "softkey Attestation CA",
		.leaf_name = "softkey Attestation",
	};
	memcpy(opt->aaguid, default_aaguid, AAGUID_LEN);
	for (size_t i = 0; i < ROW_COUNT; i++) {
		table[i].name = rows[i].name;
		table[i].has_arg = argument_of(&rows[i]);
		table[i].val = rows[i].id;
	}
	/* "+": the arguments of a command are not ours */
	while (!opt->exec &&
	       (id = getopt_long(argc, argv, "+h", table, NULL)) != -1)
		take_option(opt, id, optarg);
	if (opt->exec && optind < argc && strcmp(argv[optind], "--") == 0)
		optind++;
	check_together(opt, argc - optind);
	opt->command = argv + optind;
}
