// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: room in a ring buffer is kept beyond what fills it
// Refused by: Swift
// In C: compiles; the verifier: `Expected an initialized dynptr as arg #2`

import EBPFKernel

let events = RingBuffer<UInt64>(byteCount: 4096)

@section("tc")
func keeps(_ context: TrafficContext) -> TrafficAction {
    var kept: DynamicMemory?
    events.withRoom(byteCount: 64) { room in
        kept = room  // error: implicit conversion to 'DynamicMemory?' is consuming
        return .submit
    }
    return kept == nil ? .pass : .drop
}
