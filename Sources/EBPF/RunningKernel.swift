// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Glibc

/// What the running kernel says of itself (uname(2)).
struct RunningKernel {
    /// `6.1.0-21-amd64`; empty where the kernel does not say.
    let release: String
    /// The version from which it was built, which distributions do not always have in the release.
    let version: KernelVersionCode?

    init() {
        var names = utsname()
        guard uname(&names) == 0 else {
            (release, version) = ("", nil)
            return
        }
        release = Self.text(&names.release)
        version = KernelVersionCode(
            release: release, version: Self.text(&names.version), signature: SmallFile.read("/proc/version_signature") ?? "")
    }

    /// Where the configuration of a kernel may be kept, the kernel's own copy first.
    var configurationFiles: [String] {
        ["/proc/config.gz", "/boot/config-\(release)", "/usr/lib/modules/\(release)/config", "/lib/modules/\(release)/build/.config"]
    }

    /// The characters up to the zero behind them.
    private static func text(_ field: inout some BitwiseCopyable) -> String {
        withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
