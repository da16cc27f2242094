// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Glibc

extension Hook {
    /// Whether an error of the kernel's means that somebody else is attached there.
    func isTaken(_ errno: Int32) -> Bool {
        switch (self, errno) {
        case (.xdp, EBUSY), (.xdp, EEXIST), (.netfilter, EBUSY), (.netfilter, EEXIST), (.socketMap, EBUSY), (.socketMap, EEXIST),
            (.structOperations, EBUSY), (.structOperations, EEXIST), (.networkNamespace, E2BIG), (.networkNamespace, EEXIST),
            (.tracepoint, E2BIG), (.tracepoint, EEXIST), (.perfEvent, E2BIG), (.perfEvent, EEXIST):
            true
        default: false
        }
    }
}

extension Failure {
    /// Why nobody else can be attached to a hook: who is, and what to do about it.
    static func ofTakenHook(_ hook: Hook, errno: Int32, _ seen: AttachCircumstances) -> Failure {
        let holders = seen.holders ?? []
        let named = Holder.text(holders)
        let verb = holders.count > 1 ? "are" : "is"
        switch hook {
        // A holder without a link is the device's entry.
        case .xdp where holders.first.map { $0.link == nil } ?? false:
            return Failure(
                .busy, "\(named ?? "another program") \(verb) attached there, as the device's entry",
                "take it out first (ip link set dev NAME xdp off), or replace it: attach(toXDPEntryOf:replacing:)")
        case .xdp:
            return Failure(.busy, "\(named ?? "another program") \(verb) attached there", holders.detaching("or replace it: update its link"))
        case .netfilter: return ofTakenPriority(seen)
        case .networkNamespace(let type, _) where errno == E2BIG && type != .flowDissector:
            // netns_bpf_max_progs of kernel/bpf/net_namespace.c: of sk_lookup there may be several.
            return Failure(
                .busy, "64 programs are attached there, which is all that a network namespace has room for: \(named ?? "none is named")",
                holders.detaching())
        case .networkNamespace where errno == EEXIST:
            return Failure(
                .busy, "\(named ?? "another program") \(verb) attached there in the older form (BPF_PROG_ATTACH), beside which there are no links",
                "detach that one first (bpftool net)")
        case .networkNamespace:
            return Failure(
                .busy, "\(named ?? "another program") \(verb) attached there; a network namespace has room for one", holders.detaching())
        case .socketMap:
            return Failure(.busy, "\(named ?? "another program") \(verb) attached to the map", holders.detaching("or use another map"))
        case .tracepoint where errno == E2BIG:
            return Failure(
                .busy, "the tracepoint has room for 64 programs at a time (BPF_TRACE_MAX_PROGS): \(named ?? "others") \(verb) attached",
                holders.detaching("or attach to the raw tracepoint, which has no such limit"))
        case .tracepoint:
            return Failure(
                .busy, "this very program is attached there already; it can be once at a time", "detach its link first, or load it once more")
        case .perfEvent:
            return Failure(.busy, "the event has a program already, and room for one", "open another event, or detach that program")
        default:
            let candidates = named.map { "; of its kind there \(holders.count > 1 ? "are" : "is") \($0), and the kernel's own" }
            return Failure(
                .busy, "a set of that name is there already, or this one is\(candidates ?? "")", "choose another name, or detach the other one first")
        }
    }

    /// The hooks of netfilter that programs take have a priority of their own, which the kernel's hooks may have as well.
    private static func ofTakenPriority(_ seen: AttachCircumstances) -> Failure {
        let remedy = "choose another priority"
        guard let holders = seen.holders else {
            return Failure(.busy, "another program, or a hook of the kernel's such as connection tracking, has this priority there", remedy)
        }
        guard let named = Holder.text(holders) else {
            return Failure(
                .busy, "no program has this priority there, so a hook of the kernel's has: connection tracking, NAT, a chain of nftables", remedy)
        }
        return Failure(
            .busy, holders.count > 1 ? "one of \(named) has this priority there" : "\(named) has this priority there",
            remedy + ", or detach that program first")
    }
}

extension [Holder] {
    /// What to do about those who are in the way.
    fileprivate func detaching(_ otherwise: String? = nil) -> String {
        let first = count > 1 ? "detach one of them first" : "detach that one first"
        let how = self.first?.link.map { " ('bpftool link detach id \($0)')" } ?? ""
        return first + how + (otherwise.map { ", \($0)" } ?? "")
    }
}
