/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The effective configuration: defaults, then the configuration file, then
 * the arguments. A value that came from an argument replaces that of the
 * file; a repeatable option given in arguments replaces the file's list.
 */
#ifndef ATT_CONF_OPTIONS_H
#define ATT_CONF_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "codec/metadata.h"

enum {
	ATT_AAGUID_LEN = 16,
	ATT_KEY_ID_LEN = 20,
	ATT_OPTION_DEVICES_MAX = 16, /* as many as ATT_DEVICES_MAX of wire */
	ATT_POLICY_HASH_LEN = 32,
};

/* Bits of option "formats": 1 << enum att_format. */
enum att_format {
	ATT_FORMAT_NONE,
	ATT_FORMAT_PACKED,
	ATT_FORMAT_TPM,
	ATT_FORMAT_ANDROID_KEY,
	ATT_FORMAT_ANDROID_SAFETYNET,
	ATT_FORMAT_FIDO_U2F,
	ATT_FORMAT_APPLE,
	ATT_FORMAT_COMPOUND,
	ATT_FORMAT_COUNT
};

/* The WebAuthn name ("android-key"); "unknown" past the list. Static. */
const char *att_format_name(enum att_format format);

/* Bits of option "host_type": 1 << enum att_token_type. */
enum att_token_type {
	ATT_TOKEN_TPM,
	ATT_TOKEN_AZUREVM,
	ATT_TOKEN_SEVSNPVM,
	ATT_TOKEN_SGX,
	ATT_TOKEN_TYPE_COUNT
};

/*
 * The name that claim x-ms-attestation-type has for it ("azurevm"), which for
 * ATT_TOKEN_TPM is only ours; "unknown" past the list. Static.
 */
const char *att_token_type_name(enum att_token_type type);

enum att_choice_attestation {
	ATT_ATTESTATION_REQUIRED,
	ATT_ATTESTATION_SELF,
	ATT_ATTESTATION_NONE,
};
enum att_choice_key_order {
	ATT_KEY_ORDER_STRICT,
	ATT_KEY_ORDER_ANY
};
enum att_choice_ecdsa_encoding {
	ATT_ECDSA_ENCODING_DER,
	ATT_ECDSA_ENCODING_ANY
};
enum att_choice_android_key_lists {
	ATT_ANDROID_KEY_LISTS_TEE,
	ATT_ANDROID_KEY_LISTS_ANY,
	ATT_ANDROID_KEY_LISTS_ABSENT,
};
enum att_choice_mds {
	ATT_MDS_REQUIRE,
	ATT_MDS_USE,
	ATT_MDS_OFF,
};
enum att_choice_certification {
	ATT_CERTIFICATION_L3PLUS,
	ATT_CERTIFICATION_L3,
	ATT_CERTIFICATION_L2PLUS,
	ATT_CERTIFICATION_L2,
	ATT_CERTIFICATION_L1PLUS,
	ATT_CERTIFICATION_L1,
	ATT_CERTIFICATION_FIPS140_L4,
	ATT_CERTIFICATION_FIPS140_L3,
	ATT_CERTIFICATION_FIPS140_L2,
	ATT_CERTIFICATION_FIPS140_L1,
	ATT_CERTIFICATION_NONE,
};
enum att_choice_mds_stale {
	ATT_MDS_STALE_REFUSE,
	ATT_MDS_STALE_WARN,
};
enum att_choice_user_verification {
	ATT_USER_VERIFICATION_REQUIRED,
	ATT_USER_VERIFICATION_PREFERRED,
	ATT_USER_VERIFICATION_DISCOURAGED,
};
enum att_choice_counter {
	ATT_COUNTER_REFUSE,
	ATT_COUNTER_WARN,
	ATT_COUNTER_IGNORE,
};
enum att_choice_self_enroll {
	ATT_SELF_ENROLL_NEVER,
	ATT_SELF_ENROLL_FIRST,
	ATT_SELF_ENROLL_ALWAYS,
};
enum att_choice_ssh_keys {
	ATT_SSH_KEYS_ATTESTED,
	ATT_SSH_KEYS_OFF,
};
enum att_choice_remote {
	ATT_REMOTE_REFUSE,
	ATT_REMOTE_RESPOND,
};
enum att_choice_agent {
	ATT_AGENT_SK,
	ATT_AGENT_OFF,
};
enum att_choice_agent_socket {
	ATT_AGENT_SOCKET_PAM,
	ATT_AGENT_SOCKET_ENVIRONMENT,
};
enum att_choice_host {
	ATT_HOST_REQUIRE,
	ATT_HOST_REPORT,
	ATT_HOST_OFF,
};
enum att_choice_host_phase {
	ATT_HOST_PHASE_BOTH,
	ATT_HOST_PHASE_AUTH,
	ATT_HOST_PHASE_ACCOUNT,
};
enum att_choice_host_profile {
	ATT_HOST_PROFILE_AZUREVM_TRUSTED_LAUNCH,
	ATT_HOST_PROFILE_TPM_SECURE_BOOT,
	ATT_HOST_PROFILE_NONE,
};
enum att_choice_host_binding {
	ATT_HOST_BINDING_PROOF,
	ATT_HOST_BINDING_KEY,
	ATT_HOST_BINDING_NONE,
};

enum att_choice_maa_attestation {
	ATT_MAA_ATTESTATION_TPM,
	ATT_MAA_ATTESTATION_AZURE_GUEST,
};
enum att_choice_maa_signers {
	ATT_MAA_SIGNERS_PINNED,
	ATT_MAA_SIGNERS_FETCH,
};
enum att_choice_maa_credential {
	ATT_MAA_CREDENTIAL_CLIENT_CERTIFICATE,
	ATT_MAA_CREDENTIAL_CLIENT_SECRET,
	ATT_MAA_CREDENTIAL_WORKLOAD_IDENTITY,
	ATT_MAA_CREDENTIAL_MANAGED_IDENTITY,
	ATT_MAA_CREDENTIAL_APP_SERVICE,
	ATT_MAA_CREDENTIAL_AZURE_ARC,
	ATT_MAA_CREDENTIAL_AZURE_CLI,
	ATT_MAA_CREDENTIAL_NONE,
};

struct att_aaguids {
	uint8_t (*ids)[ATT_AAGUID_LEN];
	size_t count;
};

/* Key identifiers, as att_certificate_get_key_id() makes them. */
struct att_key_ids {
	uint8_t (*ids)[ATT_KEY_ID_LEN];
	size_t count;
};

/* Strings of a repeatable option: paths, or URLs. */
struct att_paths {
	char **paths;
	size_t count;
};

/* Required claims: codec/requirement.h. */
struct att_requirement;
struct att_requirements {
	struct att_requirement **list;
	size_t count;
};

/* SHA-256 digests. */
struct att_digests {
	uint8_t (*list)[ATT_POLICY_HASH_LEN];
	size_t count;
};

struct att_options {
	enum att_choice_attestation attestation;
	uint32_t formats;
	struct att_aaguids aaguid_allow;
	struct att_aaguids aaguid_deny;
	struct att_key_ids attestation_key_allow;
	struct att_key_ids attestation_key_deny;
	bool require_aaguid_extension;
	bool u2f_zero_aaguid;
	enum att_choice_android_key_lists android_key_lists;
	bool backup_eligible;
	unsigned int min_rsa_bits;
	bool x5c_extra;
	enum att_choice_key_order cbor_key_order;
	enum att_choice_ecdsa_encoding ecdsa_encoding;
	bool tpm_sha1;
	bool tpm_vendor_check;
	bool tpm_attributes_check;
	char *roots_dir;
	char *intermediates_dir;
	enum att_choice_mds mds;
	uint32_t mds_status_deny; /* bits: 1 << enum att_metadata_status */
	enum att_choice_certification min_certification;
	unsigned int mds_max_age; /* days */
	enum att_choice_mds_stale mds_stale;
	char *mds_dir;
	char *mds_roots;
	char *mds_url;
	char *mds_ca;
	enum att_choice_user_verification user_verification;
	enum att_choice_counter counter;
	unsigned int timeout; /* seconds */
	bool cue;
	struct att_paths device;
	enum att_choice_ssh_keys ssh_keys;
	enum att_choice_remote remote;
	unsigned int remote_timeout; /* seconds */
	char *remote_host;	     /* "": the system's */
	enum att_choice_agent agent;
	enum att_choice_agent_socket agent_socket;
	enum att_choice_host host;
	enum att_choice_host_phase host_phase;
	char *host_token;
	struct att_paths host_issuer; /* URLs, compared byte by byte */
	uint32_t host_type;	      /* bits: 1 << enum att_token_type */
	struct att_digests host_policy_hash;
	char *host_jwks;
	char *host_ca;
	unsigned int host_max_age; /* seconds */
	unsigned int host_leeway;  /* seconds */
	unsigned int host_grace;   /* seconds */
	struct att_requirements host_require;
	enum att_choice_host_profile host_profile;
	bool host_same_boot;
	enum att_choice_host_binding host_binding;
	char *host_tcti;
	char *host_key;
	unsigned int host_tpm_timeout; /* seconds */
	char *maa_url;		       /* "": use att_options_get_maa_url() */
	enum att_choice_maa_attestation maa_attestation;
	char *maa_api_version;
	char *maa_ca;			  /* "": none */
	char *maa_proxy;		  /* "": none */
	unsigned int maa_connect_timeout; /* seconds */
	unsigned int maa_timeout;	  /* seconds */
	unsigned int maa_retries;
	enum att_choice_maa_signers maa_signers;
	uint32_t maa_pcrs; /* bits: 1 << index */
	char *maa_rp_id;   /* "": as maa_url */
	bool maa_wrapped;
	char *host_aik;	    /* path, or 0x81 and six digits */
	char *host_tcg_log; /* "": none */
	char *host_ima_log; /* "": none */
	enum att_choice_maa_credential maa_credential;
	char *maa_authority;
	char *maa_tenant;    /* "": none */
	char *maa_client_id; /* "": none */
	char *maa_object_id;
	char *maa_resource_id;
	char *maa_audience;
	char *maa_secret;
	char *maa_certificate;
	char *maa_private_key;
	char *maa_assertion;
	char *maa_identity_url; /* "": that of the kind */
	char *maa_arc_folder;
	char *maa_az;
	char *rp_id;
	enum att_choice_self_enroll self_enroll;
	unsigned int challenge_lifetime; /* seconds */
	char *credentials_dir;
	char *state_dir;
	bool debug;
};

/* The defaults. The caller frees *optsp. ATT_ERR_NO_MEMORY. */
enum att_err att_options_new(struct att_options **optsp) ATT_MUST_USE;
void att_options_free(struct att_options **optsp);

/*
 * Reads a whole configuration file into opts. A named file has to exist; the
 * default one (path NULL: ATT_CONFDIR/pam_attest.conf) may be absent, but not
 * unreadable. Refuses the first bad line with "FILE:LINE: ..." and names the
 * option, what was expected and the nearest known name for a misspelt one.
 * ATT_ERR_FILE_*, ATT_ERR_CONF_SYNTAX, _UNKNOWN_OPTION, _VALUE, NO_MEMORY.
 */
enum att_err att_options_read_file(struct att_options *opts, const char *path,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Reads the configuration file, then sets options from "name=value" (or
 * "name" for a yesno option) words, as module arguments are. conf=FILE is
 * accepted only as the first one and names the file to read instead of the
 * default one. A single-valued option given twice is refused.
 * Errors as of att_options_read_file().
 */
enum att_err att_options_read_arguments(struct att_options *opts,
    const char *const *args, size_t count, struct att_reason *why) ATT_MUST_USE;

/*
 * Sets one option after all others; where is the prefix of messages and the
 * source of the value ("--set"). A later call replaces what an earlier one
 * set, but a repeatable option grows. ATT_ERR_CONF_*, NO_MEMORY.
 */
enum att_err att_options_set(struct att_options *opts, const char *name,
    const char *value, const char *where, struct att_reason *why) ATT_MUST_USE;

/*
 * A folder that somebody configured has to be there; only the built-in
 * default may be missing, which is then an empty one. Without this check a
 * folder that was misspelt, or is not mounted, would look as if it were empty:
 * nobody had a credential. name is that of an option of type path. Looks at
 * nothing but whether the path exists. ATT_ERR_FILE_NOT_FOUND with the place
 * where the option is set; ATT_ERR_NO_MEMORY.
 */
enum att_err att_options_check_folder(const struct att_options *opts,
    const char *name, struct att_reason *why) ATT_MUST_USE;

/*
 * Whether the options of the host gate make one, which no option says alone:
 * with host = require or report some provider has to be named, and something
 * has to say what a good boot is (host_profile, host_require or
 * host_policy_hash), since a token alone does not; and some type of host_type
 * has to be one that the profile is for, and that the binding can be had of.
 * Nothing is asked while host is off. ATT_ERR_CONF_VALUE with the place where
 * the option is set.
 */
enum att_err att_options_check_host(
    const struct att_options *opts, struct att_reason *why) ATT_MUST_USE;

/*
 * Whether a token can be obtained with these options: a provider is named, and
 * maa_credential has the names that it needs. Files are not looked at.
 * ATT_ERR_CONF_VALUE with the place where the option is set.
 */
enum att_err att_options_check_maa(
    const struct att_options *opts, struct att_reason *why) ATT_MUST_USE;

/*
 * The URL of the provider, without a slash at its end: maa_url, or else the
 * first host_issuer; NULL when neither is set. Lent.
 */
const char *att_options_get_maa_url(const struct att_options *opts);

/* One row of options.def, for listings. */
struct att_option_info {
	const char *name;
	const char *type;    /* as in options.def */
	const char *initial; /* the default, as it would be written */
	const char *values;  /* "required|self|none", "1..300", "" */
	const char *text;
};

/* The rows in the order of options.def; NULL past the end. Static. */
const struct att_option_info *att_options_get_info(size_t index);

/* The index of an option; past the end for a name that is not known. */
size_t att_options_find(const char *name);

/*
 * Appends the present value of an option as it would be written; the values
 * of a repeatable one with newlines between them.
 */
enum att_err att_options_print_value(const struct att_options *opts,
    size_t index, struct att_buf *out) ATT_MUST_USE;

/*
 * Where the present value of an option came from: "default", "FILE:LINE",
 * "argument", or what att_options_set() was told. Lent until opts changes.
 */
const char *att_options_get_source(
    const struct att_options *opts, size_t index);

#endif
