/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SSH keys of security keys that nobody has, certificates of them, and a plain
 * key; as ssh-keygen of OpenSSH 9.2 wrote them.
 */
#ifndef TESTS_UNIT_SSH_KEYS_H
#define TESTS_UNIT_SSH_KEYS_H

#define SSH_ECDSA_TYPE "sk-ecdsa-sha2-nistp256@openssh.com"
#define SSH_ECDSA_BASE64                                                       \
	"AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlz"         \
	"dHAyNTYAAABBBJbWItZmA/OFRghi15SHe997O1xWJ7pGuLmQbVy7tSfLnZOU"         \
	"oCBE4E6VSpN7Gjd6iJBV5dRhpC/kzSI9a/dERVMAAAAEc3NoOg=="
#define SSH_ECDSA_FINGERPRINT                                                  \
	"SHA256:qL+YF7soabpFdt+8S/OzDTdHA1t/Gi5Mfvo8BuweGb0"
#define SSH_ECDSA_APPLICATION "ssh:"
#define SSH_ECDSA_LINE SSH_ECDSA_TYPE " " SSH_ECDSA_BASE64

#define SSH_ED25519_TYPE "sk-ssh-ed25519@openssh.com"
#define SSH_ED25519_BASE64                                                     \
	"AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIE2lmY0kVTKx/868"         \
	"Hv2poibyXjzl7d19VrqArAL5Oz1gAAAACHNzaDp3b3Jr"
#define SSH_ED25519_FINGERPRINT                                                \
	"SHA256:+NS3J8Gw6M1wnnZfPQZ9GgLT3y6k8PeqDG89kLRNaIo"
#define SSH_ED25519_APPLICATION "ssh:work"
#define SSH_ED25519_LINE SSH_ED25519_TYPE " " SSH_ED25519_BASE64

#define SSH_ECDSA_CERTIFICATE_TYPE "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"
#define SSH_ECDSA_CERTIFICATE_BASE64                                           \
	"AAAAK3NrLWVjZHNhLXNoYTItbmlzdHAyNTYtY2VydC12MDFAb3BlbnNzaC5j"         \
	"b20AAAAgec0JX5ZZIiQksRcB5x3AjE4xD53Xa5q+AIroENxUxz0AAAAIbmlz"         \
	"dHAyNTYAAABBBJbWItZmA/OFRghi15SHe997O1xWJ7pGuLmQbVy7tSfLnZOU"         \
	"oCBE4E6VSpN7Gjd6iJBV5dRhpC/kzSI9a/dERVMAAAAEc3NoOgAAAAAAAAAA"         \
	"AAAAAQAAAAVhbGljZQAAAAkAAAAFYWxpY2UAAAAAAAAAAP//////////AAAA"         \
	"AAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nAAAAAAAAABdwZXJtaXQt"         \
	"YWdlbnQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl0LXBvcnQtZm9yd2FyZGlu"         \
	"ZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOcGVybWl0LXVzZXItcmMAAAAA"         \
	"AAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgVw+E8AI5XuWAG5CeaWU00vJv"         \
	"muvyc8xOymtiErFRVt0AAABTAAAAC3NzaC1lZDI1NTE5AAAAQHEAaNM65RCY"         \
	"m2Rqrq6vZQ0rKg5Yg5WHtymGExOoS6BCic3in5GHt64AF1OCAnw07Tu2WTbv"         \
	"bJho7PSMONm4Wgk="
#define SSH_ECDSA_CERTIFICATE_LINE                                             \
	SSH_ECDSA_CERTIFICATE_TYPE " " SSH_ECDSA_CERTIFICATE_BASE64

#define SSH_ED25519_CERTIFICATE_TYPE "sk-ssh-ed25519-cert-v01@openssh.com"
#define SSH_ED25519_CERTIFICATE_BASE64                                         \
	"AAAAI3NrLXNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIGAf"         \
	"6PwmjKALvHWXeMztCz+dpIyII2xkiV8g0/dYvKaPAAAAIE2lmY0kVTKx/868"         \
	"Hv2poibyXjzl7d19VrqArAL5Oz1gAAAACHNzaDp3b3JrAAAAAAAAAAAAAAAB"         \
	"AAAABWFsaWNlAAAACQAAAAVhbGljZQAAAAAAAAAA//////////8AAAAAAAAA"         \
	"ggAAABVwZXJtaXQtWDExLWZvcndhcmRpbmcAAAAAAAAAF3Blcm1pdC1hZ2Vu"         \
	"dC1mb3J3YXJkaW5nAAAAAAAAABZwZXJtaXQtcG9ydC1mb3J3YXJkaW5nAAAA"         \
	"AAAAAApwZXJtaXQtcHR5AAAAAAAAAA5wZXJtaXQtdXNlci1yYwAAAAAAAAAA"         \
	"AAAAMwAAAAtzc2gtZWQyNTUxOQAAACBXD4TwAjle5YAbkJ5pZTTS8m+a6/Jz"         \
	"zE7Ka2ISsVFW3QAAAFMAAAALc3NoLWVkMjU1MTkAAABAHkQI7d7pACgKgJlJ"         \
	"g9retde2GvUquhEBkpOpX+s/LRZ3dhad434C8rfGm/kVgU7aPFUc6ncfev4K"         \
	"tgkHKsrbAg=="
#define SSH_ED25519_CERTIFICATE_LINE                                           \
	SSH_ED25519_CERTIFICATE_TYPE " " SSH_ED25519_CERTIFICATE_BASE64

#define SSH_PLAIN_TYPE "ecdsa-sha2-nistp256"
#define SSH_PLAIN_BASE64                                                       \
	"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBN9THgTq"         \
	"85sZZX3sRTsJdeY7e3pad10yvl9nZi2wIYPu7NOWfMX1JpF+OSQmqGn/bMQi"         \
	"WfD1H7DAhCuhRlr9s6g="
#define SSH_PLAIN_FINGERPRINT                                                  \
	"SHA256:wwirwPVUlJrQc1JH2Ey7FwyQ7Gx521+zG7rdyDATduc"
#define SSH_PLAIN_LINE SSH_PLAIN_TYPE " " SSH_PLAIN_BASE64

#endif
