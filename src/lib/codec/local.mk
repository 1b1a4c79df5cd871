# SPDX-License-Identifier: BSD-2-Clause
# Everything above base that more than one program needs; the folders of
# codec, conf, trust, attestation and store add their sources to it.
noinst_LTLIBRARIES += libatt.la
libatt_la_SOURCES = \
	src/lib/codec/attobj.c src/lib/codec/attobj.h \
	src/lib/codec/base64url.c src/lib/codec/base64url.h \
	src/lib/codec/cbor.c src/lib/codec/cbor.h \
	src/lib/codec/cbor_get.c \
	src/lib/codec/clientdata.c src/lib/codec/clientdata.h \
	src/lib/codec/cose.c src/lib/codec/cose.h \
	src/lib/codec/cose_key.c \
	src/lib/codec/digest.c src/lib/codec/digest.h \
	src/lib/codec/ecdsa.c src/lib/codec/ecdsa.h \
	src/lib/codec/json.c src/lib/codec/json.h \
	src/lib/codec/json_pointer.c src/lib/codec/json_pointer.h \
	src/lib/codec/jwk.c src/lib/codec/jwk.h \
	src/lib/codec/jws.c src/lib/codec/jws.h \
	src/lib/codec/edwards.c src/lib/codec/edwards.h \
	src/lib/codec/public_key.c src/lib/codec/public_key.h \
	src/lib/codec/metadata.c src/lib/codec/metadata.h \
	src/lib/codec/metadata.def \
	src/lib/codec/requirement.c src/lib/codec/requirement.h \
	src/lib/codec/signature.c src/lib/codec/signature.h \
	src/lib/codec/status_list.c src/lib/codec/status_list.h \
	src/lib/codec/tpm.c src/lib/codec/tpm.h \
	src/lib/codec/tpm_verify.c src/lib/codec/tpm_verify.h
libatt_la_LIBADD = libatt_base.la $(CBOR_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)
