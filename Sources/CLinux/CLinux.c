// SPDX-License-Identifier: Apache-2.0
// Everything is in the headers; a C target needs one source file.
