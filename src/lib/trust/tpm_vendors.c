/* SPDX-License-Identifier: BSD-2-Clause */
/* The vendors of TPMs, by what TPM_PT_MANUFACTURER says. */
#include <stddef.h>

#include "trust/tpm_vendors.h"

/*
 * TCG TPM Vendor ID Registry, Family 1.2 and 2.0, version 1.07 revision 0.02.
 * FFFFF1D0, which the conformance tool of the FIDO Alliance uses, is no vendor.
 */
static const struct {
	uint32_t id; /* four characters, filled up with NUL or blank */
	const char *name;
} vendors[] = {
	{ 0x414d4400, "AMD" },
	{ 0x414e5400, "Ant Group" },
	{ 0x41544d4c, "Atmel" },
	{ 0x4252434d, "Broadcom" },
	{ 0x4353434f, "Cisco" },
	{ 0x464c5953, "Flyslice Technologies" },
	{ 0x474f4f47, "Google" },
	{ 0x48495349, "Huawei" },
	{ 0x48504500, "HPE" },
	{ 0x48504900, "HPI" },
	{ 0x49424d00, "IBM" },
	{ 0x49465800, "Infineon" },
	{ 0x494e5443, "Intel" },
	{ 0x4c454e00, "Lenovo" },
	{ 0x4d534654, "Microsoft" },
	{ 0x4e534700, "NSING" },
	{ 0x4e534d20, "National Semiconductor" },
	{ 0x4e544300, "Nuvoton Technology" },
	{ 0x4e545a00, "Nationz" },
	{ 0x51434f4d, "Qualcomm" },
	{ 0x524f4343, "Fuzhou Rockchip" },
	{ 0x53454345, "SecEdge" },
	{ 0x5345414c, "Wisekey" },
	{ 0x534d5343, "SMSC" },
	{ 0x534d534e, "Samsung" },
	{ 0x534e5300, "Sinosun" },
	{ 0x53544d20, "STMicroelectronics" },
	{ 0x54584e00, "Texas Instruments" },
	{ 0x57454300, "Winbond" },
};

const char *
att_tpm_vendor_find(uint32_t id)
{
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		if (vendors[i].id == id)
			return vendors[i].name;
	}
	return NULL;
}
