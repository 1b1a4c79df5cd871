# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES +=
