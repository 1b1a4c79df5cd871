# SPDX-License-Identifier: BSD-2-Clause
# Everything above base that more than one program needs; the folders of
# codec, conf, trust, attestation and store add their sources to it.
noinst_LTLIBRARIES += libatt.la
libatt_la_SOURCES =
libatt_la_CPPFLAGS = $(AM_CPPFLAGS) $(CBOR_CFLAGS) $(CRYPTO_CFLAGS) \
	$(JANSSON_CFLAGS)
libatt_la_LIBADD = libatt_base.la $(CBOR_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)
