// SPDX-License-Identifier: Apache-2.0

/// While a lock is held, the verifier lets a program call nothing but what ends that (`kernel/bpf/verifier.c`: `check_lock`, `check_func_call`).
enum LockRules {
    private static let lock = KernelCall.Callee.helper("spin_lock")
    private static let unlock = KernelCall.Callee.helper("spin_unlock")

    /// The first line of a function that calls something while a lock is held, and why it may not.
    static func complaint(about function: IRFunction) -> (line: String, reason: String)? {
        guard function.body.contains(where: { $0.contains("(i64 93 to ptr)") }) else { return nil }
        let flow = ControlFlow(function)
        for block in flow.blocks {
            for line in block.lines where KernelCall(flow.code(line))?.callee == lock {
                if let found = complaint(behind: line, in: block, flow) { return (function.body[found.line], found.reason) }
            }
        }
        return nil
    }

    private static func complaint(behind line: Int, in block: ControlFlow.Block, _ flow: ControlFlow) -> (line: Int, reason: String)? {
        var pending: [(lines: Range<Int>, successors: [Int])] = [(line + 1..<block.lines.upperBound, block.successors)]
        var seen: Set<Int> = []
        while let (lines, successors) = pending.popLast() {
            var isHeld = true
            for line in lines {
                guard let call = KernelCall(flow.code(line)) else { continue }
                guard call.callee != unlock else {
                    isHeld = false
                    break
                }
                if let reason = reason(call.callee) { return (line, reason) }
            }
            for next in successors where isHeld && seen.insert(next).inserted {
                pending.append((flow.blocks[next].lines, flow.blocks[next].successors))
            }
        }
        return nil
    }

    private static func reason(_ callee: KernelCall.Callee) -> String? {
        switch callee {
        case lock: return "takes a lock while it holds one, and the kernel lets a program hold one at a time"
        case .helper: return "calls a helper while it holds a lock, which the kernel does not allow; call it before, or afterwards"
        case .function(let name) where name.hasPrefix("llvm.") || name == Trap.name || name.hasPrefix("ebpf.") || name.hasPrefix("ebpf_core_"):
            return nil
        case .function(let name):
            return "calls '\(name)' while it holds a lock, which kernels before 6.9 do not allow; leave out @inline(never), or call it before"
        }
    }
}
