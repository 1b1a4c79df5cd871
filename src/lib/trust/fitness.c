/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a certificate can serve as an anchor or as an intermediate. */
#include <openssl/x509v3.h>

#include "trust/certificate_parts.h"
#include "trust/fitness.h"
#include "trust/model.h"
#include "trust/rules.h"

/* One certificate under question, with its name for people. */
struct subject {
	const struct att_fitness_question *question;
	char name[ATT_NAME_SHOWN];
	struct att_reason *why;
};

static bool
is_anchor(const struct subject *s)
{
	return s->question->role == ATT_ROLE_ANCHOR;
}

static const char *
get_ca_defect(const struct subject *s)
{
	return att_rules_get_ca_defect(s->question->cert, is_anchor(s));
}

/* RFC 5280 section 4.2.1.12: id-kp-serverAuth. */
static bool
is_for_tls_servers(const struct att_certificate *cert)
{
	EXTENDED_KEY_USAGE *uses;
	bool is_found = false;
	int critical;

	uses =
	    att_certificate_get_extension(cert, NID_ext_key_usage, &critical);
	for (int i = 0; i < sk_ASN1_OBJECT_num(uses); i++)
		is_found |= OBJ_obj2nid(sk_ASN1_OBJECT_value(uses, i)) ==
			    NID_server_auth;
	EXTENDED_KEY_USAGE_free(uses);
	return is_found;
}

static bool
is_tls_server(const struct subject *s)
{
	return !s->question->cert->rules.is_ca &&
	       is_for_tls_servers(s->question->cert);
}

static enum att_err
check_tls_server(const struct subject *s)
{
	if (!is_tls_server(s))
		return ATT_OK;
	return att_refuse(s->why, ATT_ERR_CERTIFICATE_NOT_CA,
	    "'%s' is the certificate of a TLS server (extKeyUsage serverAuth, "
	    "no CA); it vouches for no security key",
	    s->name);
}

static enum att_err
check_ca(const struct subject *s)
{
	const char *defect = get_ca_defect(s);

	if (defect == NULL || is_tls_server(s))
		return ATT_OK;
	if (is_anchor(s))
		return att_refuse(s->why, ATT_ERR_CERTIFICATE_NOT_CA,
		    "'%s' %s; as an anchor it would stand for itself alone: "
		    "for "
		    "the keys that are attested by this very certificate",
		    s->name, defect);
	return att_refuse(s->why, ATT_ERR_CERTIFICATE_NOT_CA,
	    "'%s' %s; no path would go through it", s->name, defect);
}

/* Nobody looks at the signature of an anchor, nor at what issues nothing. */
static enum att_err
check_strength(const struct subject *s)
{
	const struct att_certificate *cert = s->question->cert;

	if ((!is_anchor(s) || get_ca_defect(s) == NULL) &&
	    !att_rules_is_key_strong(cert))
		return att_refuse(s->why, ATT_ERR_CERTIFICATE_PATH,
		    "'%s' has a key of less than 112 bits of security; every "
		    "path through it would be refused",
		    s->name);
	if (!is_anchor(s) && !att_rules_is_hash_strong(cert))
		return att_refuse(s->why, ATT_ERR_CERTIFICATE_PATH,
		    "'%s' is signed with a hash that is broken; every path "
		    "through it would be refused",
		    s->name);
	return ATT_OK;
}

static enum att_err
check_date(const struct subject *s)
{
	const struct att_certificate *cert = s->question->cert;
	const int64_t at = s->question->at;
	char day[ATT_DAY_SHOWN];

	if (at > cert->end) {
		att_day_print((time_t)cert->end, day);
		return att_refuse(s->why, ATT_ERR_CERTIFICATE_DATE,
		    "'%s' expired on %s; only registrations from before then "
		    "would be accepted by it",
		    s->name, day);
	}
	if (at < cert->begin) {
		att_day_print((time_t)cert->begin, day);
		return att_refuse(s->why, ATT_ERR_CERTIFICATE_DATE,
		    "'%s' is not valid before %s; no registration would be "
		    "accepted by it until then",
		    s->name, day);
	}
	return ATT_OK;
}

const char *
att_fitness_name(enum att_fitness fitness)
{
	static const char *const names[ATT_FITNESS_COUNT] = {
		[ATT_FITNESS_TLS_SERVER] = "tls-server",
		[ATT_FITNESS_CA] = "not-ca",
		[ATT_FITNESS_STRENGTH] = "weak",
		[ATT_FITNESS_EXTENSION] = "extension",
		[ATT_FITNESS_DATE] = "date",
	};

	return names[fitness];
}

enum att_err
att_fitness_check(const struct att_fitness_question *question,
    enum att_fitness fitness, struct att_reason *why)
{
	struct subject s = { .question = question, .why = why };

	att_certificate_print_subject(question->cert, s.name, sizeof(s.name));
	switch (fitness) {
	case ATT_FITNESS_TLS_SERVER:
		return check_tls_server(&s);
	case ATT_FITNESS_CA:
		return check_ca(&s);
	case ATT_FITNESS_STRENGTH:
		return check_strength(&s);
	case ATT_FITNESS_EXTENSION:
		return att_rules_check_critical(question->cert, why);
	case ATT_FITNESS_DATE:
		return check_date(&s);
	case ATT_FITNESS_COUNT:
		break;
	}
	return att_refuse_plain(why, ATT_ERR_INTERNAL);
}
