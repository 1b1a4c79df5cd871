/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linked with the objects of pam_attest-authenticator so that, instead of
 * asking the security key for an assertion, its process tries what the RP ID
 * of the request names (see sandbox_attempts.c). It answers with a status:
 * what it tried worked, or was refused; or it is dead by then.
 */
#include <fido.h>

#include "authenticator/supervisor.h"
#include "sandbox_attempts.h"

enum {
	IT_WORKED = FIDO_ERR_LIMIT_EXCEEDED,
	IT_WAS_REFUSED = FIDO_ERR_NOT_ALLOWED,
	NO_SUCH_ATTEMPT = FIDO_ERR_INVALID_COMMAND,
};

int __wrap_fido_dev_get_assert(
    fido_dev_t *dev, fido_assert_t *assert, const char *pin);

int
__wrap_fido_dev_get_assert(
    fido_dev_t *dev, fido_assert_t *assert, const char *pin)
{
	const struct attempt *attempt = attempt_find(fido_assert_rp_id(assert));

	(void)dev;
	(void)pin;
	if (attempt == NULL)
		return NO_SUCH_ATTEMPT;
	return attempt->run() == 0 ? IT_WORKED : IT_WAS_REFUSED;
}

int
main(void)
{
	return att_supervisor_run(NULL) == ATT_OK ? 0 : 1;
}
