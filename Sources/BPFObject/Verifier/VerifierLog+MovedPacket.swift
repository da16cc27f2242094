// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

extension VerifierLog {
    /// What to say where a program reads through a pointer into a packet that a call before has changed: such a pointer is a number to the verifier, and
    /// its reason says no more; `nil` for anything else.
    var movedPacketHint: String? {
        guard let reason = ending.reasons.first, let register = Self.numberAsAddress(reason), let call = callThatMoved(register) else { return nil }
        return
            "R\(register) led into the packet before bpf_\(call.name), which may move the packet or make it another size: what was read of it before is "
            + "not valid any more; ask the context for it again behind the call (in C data and data_end, in Swift packet), and compare with its end anew"
    }

    /// `R7 invalid mem access 'scalar'`, up to Linux 5.17 `'inv'`: the register.
    private static func numberAsAddress(_ reason: String) -> Int? {
        guard reason.hasPrefix("R"), reason.hasSuffix(" invalid mem access 'scalar'") || reason.hasSuffix(" invalid mem access 'inv'") else {
            return nil
        }
        return Int(reason.dropFirst().prefix { $0.isASCII && $0.isNumber })
    }

    /// The call that changed the packet into which a register led before; `nil` where it did not.
    ///
    /// The way to the end is followed backwards, along the places in which the value was kept.
    private func callThatMoved(_ register: Int) -> Helper? {
        guard let end = ending.place else { return nil }
        var value = TracedValue(register: register)
        var lines = VerifierLogLines.Backwards(bytes, before: end)
        // Where a way branched off, the lines in between belong to the other one.
        var branch: Int?
        for _ in 0..<Self.farthestState {
            guard let (line, _) = lines.next() else { return nil }
            switch VerifierLine(line) {
            case .instruction(let slot, _, let text, let after):
                guard branch == nil || branch == slot else { continue }
                branch = nil
                if value.ends(at: text, after) { return value.change }
            case .branch(let slot, _, _, _) where branch == slot: branch = nil
            case .state(let state, _) where branch == nil:
                if value.ends(at: "", state) { return value.change }
                branch = Self.origin(ofWay: line)
            default: break
            }
        }
        return nil
    }

    /// `from 8 to 12: R0=0`: 8.
    private static func origin(ofWay line: Substring) -> Int? {
        guard line.hasPrefix("from ") else { return nil }
        return Int(line.dropFirst("from ".count).prefix { $0.isASCII && $0.isNumber })
    }
}

/// A value on its way through a program, from where it is used back to where it came from.
private struct TracedValue {
    /// The register, or the place in the stack, that holds it: `R7`, `fp-16`.
    private var place: String
    /// The call behind which it is no pointer into the packet any more.
    private(set) var change: Helper?

    init(register: Int) { place = "R\(register)" }

    /// Goes back over an instruction, or a state that the log tells: whether it is known where the value came from. It came from a packet where there is a
    /// ``change`` then.
    mutating func ends(at text: Substring, _ state: Substring) -> Bool {
        if text.hasPrefix("call "), let helper = Self.helper(text), Self.changesPackets(helper) { change = helper }
        // What is told behind the call is what it left; what was before counts.
        if let value = VerifierRegister.read(state).last(where: { $0.name == place })?.value, change != nil || !text.hasPrefix("call ") {
            if Self.packetWords.contains(where: { value.hasPrefix($0) }) { return true }
        }
        // A call leaves nothing of what these registers held.
        let isLost = text.hasPrefix("call ") && ["R0", "R1", "R2", "R3", "R4", "R5"].contains(place)
        guard isLost || !moveBack(over: text) else { return false }
        change = nil
        return true
    }

    /// Pointers into packets, and to their ends, in the verifier's words.
    private static let packetWords = ["pkt(", "pkt_meta(", "pkt_end(", "pkt,", "pkt_end"]

    /// `r1 = r9` and `r1 = *(u64 *)(r10 -16)`: where the value was before. Whether it was anywhere.
    private mutating func moveBack(over text: Substring) -> Bool {
        guard place.first == "R", let equals = text.range(of: " = "), text[..<equals.lowerBound].dropFirst() == place.dropFirst() else { return true }
        let source = text[equals.upperBound...]
        if let offset = source.range(of: "*(u64 *)(r10 -") {
            place = "fp-" + source[offset.upperBound...].prefix { $0.isNumber }
        } else if source.hasPrefix("r"), let number = Int(source.dropFirst()) {
            place = "R\(number)"
        } else {
            return false
        }
        return true
    }

    /// `call bpf_xdp_adjust_head#44`
    private static func helper(_ text: Substring) -> Helper? {
        text.lastIndex(of: "#").flatMap { Int32(text[text.index(after: $0)...].prefix { $0.isNumber }) }.flatMap(Helper.numbered)
    }

    /// `net/core/filter.c`: `bpf_helper_changes_pkt_data`.
    private static func changesPackets(_ helper: Helper) -> Bool { changing.contains(helper.name) }

    private static let changing: Set = [
        "skb_vlan_push", "skb_vlan_pop", "skb_store_bytes", "skb_change_proto", "skb_change_head", "skb_change_tail", "skb_pull_data",
        "skb_adjust_room", "clone_redirect", "l3_csum_replace", "l4_csum_replace", "xdp_adjust_head", "xdp_adjust_meta", "xdp_adjust_tail",
        "msg_pull_data", "msg_push_data", "msg_pop_data", "lwt_push_encap", "lwt_seg6_store_bytes", "lwt_seg6_adjust_srh", "lwt_seg6_action",
        "store_hdr_opt", "reserve_hdr_opt", "tail_call",
    ]
}
