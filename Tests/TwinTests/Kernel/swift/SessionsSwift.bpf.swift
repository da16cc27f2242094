// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Ends what nobody has used for a while.

struct Session: BitwiseCopyable {
    var timer = Timer()
    var packets: UInt64 = 0
}

let sessions = HashMap<UInt32, Session>(maxEntries: 16)
let number = Variable<UInt32>(0)
let patience = Variable<UInt64>(0)
let ended = Variable<UInt64>(0)
let packets = Variable<UInt64>(0)

/// The session of a key, which is made where there is none.
func session(_ key: UInt32) -> UnsafeMutablePointer<Session>? {
    if let known = sessions.lookup(key) { return known }
    sessions.update(key, Session(), .ifAbsent)
    guard let fresh = sessions.lookup(key) else { return nil }
    fresh.pointee.timer.set(in: sessions) { key, session in
        packets.add(session.pointee.packets)
        ended.add(1)
        sessions.remove(at: key)
    }
    return fresh
}

@section("tc")
func use(_ context: TrafficContext) -> TrafficAction {
    guard let session = session(number.value) else { return .drop }
    withUnsafeMutablePointer(to: &session.pointee.packets) { $0.add(1) }
    session.pointee.timer.start(nanoseconds: patience.value)
    return .pass
}
