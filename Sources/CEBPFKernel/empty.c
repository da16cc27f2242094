// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Everything is in the headers, which kernel halves include; a C target needs one source file.
