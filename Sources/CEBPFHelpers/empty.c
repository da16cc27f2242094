// SPDX-License-Identifier: GPL-2.0-only OR MIT
// SwiftPM wants a source; all there is stands in the headers.
