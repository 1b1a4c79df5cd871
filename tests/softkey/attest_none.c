/* SPDX-License-Identifier: BSD-2-Clause */
/* Attestation format "none", WebAuthn section 8.7 */
#include "attest.h"
#include "cbor_io.h"

void
attest_put_none(struct buf *out, const struct attest_input *in)
{
	(void)in;
	cbor_put_map(out, 0);
}
