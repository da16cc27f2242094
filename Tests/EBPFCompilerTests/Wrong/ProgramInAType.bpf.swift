// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program is a method
// Refused by: the kernel-half compiler
// In C: there are no methods

import EBPFKernel

enum Filter {
    static let packets = Variable<UInt64>(0)

    @section("xdp")
    static func counts(_ context: XDPContext) -> XDPAction {  // error: 'counts' is a method of 'Filter', and a program is a function at file level
        packets.add(1)
        return .pass
    }
}
