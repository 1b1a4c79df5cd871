/* SPDX-License-Identifier: BSD-2-Clause */
/* Response codes: TPM 2.0 Library, Part 2, clause 6.6. */
#include <stddef.h>

#include <tss2/tss2_rc.h>
#include <tss2/tss2_tpm2_types.h>

#include "tpm/failure.h"

enum {
	FORMAT_ONE_CODE = TPM2_RC_FMT1 | 0x3f
};

static const char password[] =
    "the key has a password, which nobody gives at a login; make one without";

static const struct {
	TSS2_RC code;
	bool is_of_all; /* it would do nothing else, either */
	const char *remedy;
} known[] = {
	{ TPM2_RC_INITIALIZE, true,
	    "nothing has started the TPM (TPM2_Startup); the firmware should" },
	{ TPM2_RC_FAILURE, true,
	    "the TPM is out of order; see tpm2_gettestresult(1)" },
	{ TPM2_RC_OBJECT_MEMORY, true,
	    "other programs fill the TPM; let all of them use its resource "
	    "manager, /dev/tpmrm0" },
	{ TPM2_RC_SESSION_MEMORY, true,
	    "other programs fill the TPM; let all of them use its resource "
	    "manager, /dev/tpmrm0" },
	{ TPM2_RC_SESSION_HANDLES, true,
	    "sessions were left in the TPM; see tpm2_flushcontext(1)" },
	{ TPM2_RC_LOCKOUT, false,
	    "the TPM is locked after wrong passwords; see "
	    "tpm2_dictionarylockout(1), and make keys with \"noda\"" },
	{ TPM2_RC_AUTH_FAIL, false, password },
	{ TPM2_RC_BAD_AUTH, false, password },
	{ TPM2_RC_AUTH_UNAVAILABLE, false,
	    "the key may be used under its policy only; make one with "
	    "\"userwithauth\"" },
	{ TPM2_RC_HIERARCHY, false, "the hierarchy is turned off" },
	{ TPM2_RC_INTEGRITY, false,
	    "it was made by another TPM, or below another parent than the file "
	    "names" },
};

TSS2_RC
tpm_response_code(TSS2_RC rc)
{
	TSS2_RC layer = rc & TSS2_RC_LAYER_MASK;

	if (layer != TSS2_TPM_RC_LAYER && layer != TSS2_RESMGR_TPM_RC_LAYER)
		return 0;
	rc &= ~TSS2_RC_LAYER_MASK;
	return (rc & TPM2_RC_FMT1) != 0 ? rc & FORMAT_ONE_CODE : rc;
}

enum att_err
tpm_refuse(
    struct att_reason *why, enum att_err err, const char *what, TSS2_RC rc)
{
	TSS2_RC code = tpm_response_code(rc);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].code != code)
			continue;
		if (known[i].is_of_all)
			err = ATT_ERR_TPM_UNAVAILABLE;
		return att_refuse(why, err, "%s: %s; %s", what,
		    Tss2_RC_Decode(rc), known[i].remedy);
	}
	if (code == 0)
		err = ATT_ERR_TPM_UNAVAILABLE;
	return att_refuse(why, err, "%s: %s", what, Tss2_RC_Decode(rc));
}
