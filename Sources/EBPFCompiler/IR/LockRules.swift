// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject

/// What a program may not call in a section of its own: while a lock is held, the verifier lets it call nothing but what ends that
/// (`kernel/bpf/verifier.c`: `check_lock`, `check_func_call`), and in a section of RCU nothing that waits (`in_rcu_cs` there).
enum LockRules {
    private struct Section {
        let begin: KernelCall.Callee
        let end: KernelCall.Callee
        /// What stands in the lines of a function that has such a section.
        let mark: String
        /// Why something may not be called in it; `nil` where it may.
        let reason: @Sendable (KernelCall.Callee) -> String?
    }

    private static let sections = [
        Section(begin: lock, end: .helper("spin_unlock"), mark: "(i64 93 to ptr)", reason: reasonUnderALock),
        Section(begin: .function("bpf_rcu_read_lock"), end: .function("bpf_rcu_read_unlock"), mark: "@bpf_rcu_read_lock(", reason: reasonInRCU),
    ]
    private static let lock = KernelCall.Callee.helper("spin_lock")

    /// The first line of a function that calls what it may not in a section, and why.
    static func complaint(about function: IRFunction) -> (line: String, reason: String)? {
        for section in sections {
            guard function.body.contains(where: { $0.contains(section.mark) }) else { continue }
            let flow = ControlFlow(function)
            for block in flow.blocks {
                for line in block.lines where KernelCall(flow.code(line))?.callee == section.begin {
                    if let found = complaint(behind: line, in: block, flow, section) { return (function.body[found.line], found.reason) }
                }
            }
        }
        return nil
    }

    private static func complaint(behind line: Int, in block: ControlFlow.Block, _ flow: ControlFlow, _ section: Section) -> (
        line: Int, reason: String
    )? {
        var pending: [(lines: Range<Int>, successors: [Int])] = [(line + 1..<block.lines.upperBound, block.successors)]
        var seen: Set<Int> = []
        while let (lines, successors) = pending.popLast() {
            var isInside = true
            for line in lines {
                guard let call = KernelCall(flow.code(line)) else { continue }
                guard call.callee != section.end else {
                    isInside = false
                    break
                }
                if let reason = section.reason(call.callee) { return (line, reason) }
            }
            for next in successors where isInside && seen.insert(next).inserted {
                pending.append((flow.blocks[next].lines, flow.blocks[next].successors))
            }
        }
        return nil
    }

    @Sendable private static func reasonUnderALock(_ callee: KernelCall.Callee) -> String? {
        switch callee {
        case lock: return "takes a lock while it holds one, and the kernel lets a program hold one at a time"
        case .helper: return "calls a helper while it holds a lock, which the kernel does not allow; call it before, or afterwards"
        case .function(let name) where name.hasPrefix("llvm.") || name == Trap.name || name.hasPrefix("ebpf.") || name.hasPrefix("ebpf_core_"):
            return nil
        case .function(let name):
            return "calls '\(name)' while it holds a lock, which kernels before 6.9 do not allow; leave out @inline(never), or call it before"
        }
    }

    @Sendable private static func reasonInRCU(_ callee: KernelCall.Callee) -> String? {
        guard let helper = callee.helper, helper.sleeps else { return nil }
        return "calls bpf_\(helper.name), which may wait, in a section of RCU, where nothing may; call it before, or afterwards"
    }
}
