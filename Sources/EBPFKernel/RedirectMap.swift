// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A map that says where packets of XDP programs can go: ``DevMap``, ``DevMapHash``, ``CPUMap``, ``XSKMap``.
public protocol RedirectMap: ~Copyable {}

extension RedirectMap where Self: ~Copyable {
    /// What an XDP program answers to send its packet to what is under a key. Linux 4.14; `otherwise` 5.3.
    ///
    /// - Parameter otherwise: what becomes of the packet where nothing is under the key: anything but `.redirect`.
    @inline(__always) public func redirect(_ key: UInt32, otherwise: XDPAction = .aborted) -> XDPAction {
        withUnsafePointer(to: self) { map in
            let flags = UInt64(UInt32(bitPattern: otherwise.rawValue))
            return XDPAction(rawValue: Int32(truncatingIfNeeded: bpf_redirect_map(UnsafeMutableRawPointer(mutating: map), UInt64(key), flags)))
        }
    }
}
