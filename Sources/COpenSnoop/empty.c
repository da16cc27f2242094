// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Everything is in the header, which both halves of opensnoop include; a C target needs one source file.
