// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Decodes a remote control that says one key with each long flash of light.

let flashes = Variable<UInt64>(0)

@section("lirc_mode2")
func decode(_ context: InfraredContext) {
    let sample = context.sample
    if sample.kind == .timeout { return context.keyRepeats() }
    guard sample.kind == .pulse, sample.value > 4000 else { return }
    flashes.add(1)
    context.keyDown(.other, scancode: UInt64(sample.value))
    context.movePointer(x: 1, y: -1)
}
