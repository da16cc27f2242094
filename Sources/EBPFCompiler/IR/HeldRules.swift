// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

/// What does not come back gives nothing back: while something is held that the verifier counts, a program goes on with no other one and is ended by no exception
/// (`kernel/bpf/verifier.c`: `check_resource_leak`, for `bpf_tail_call` and `bpf_throw`).
///
/// Where a way is not certain to hold something, nothing is said, and the verifier decides.
enum HeldRules {
    private static let departures: [(callee: KernelCall.Callee, words: String, mark: String)] = [
        (.helper("tail_call"), "goes on with another program", "(i64 12 to ptr)"), (.function("bpf_throw"), "ends the program", "@bpf_throw("),
    ]
    /// What may take what is held, or answer what was kept before.
    private static let exchange = KernelCall.Callee.helper("kptr_xchg")

    /// The first line of a function that leaves while something is held, and why it may not.
    static func complaint(about function: IRFunction) -> (line: String, reason: String)? {
        guard function.body.contains(where: { line in departures.contains { line.contains($0.mark) } }) else { return nil }
        let flow = ControlFlow(function)
        for (number, block) in flow.blocks.enumerated() {
            for line in block.lines {
                guard let call = KernelCall(flow.code(line)), let resource = HeldResource.table.first(where: { $0.acquire == call.callee }),
                    let held = resource.held(by: call)
                else { continue }
                for start in starts(of: resource, held, line, number, flow) {
                    guard let found = departure(from: start, resource, held, flow) else { continue }
                    return (function.body[found.line], reason(found.words, resource))
                }
            }
        }
        return nil
    }

    private typealias Place = (lines: Range<Int>, successors: [Int])

    /// Where something is held for certain: what is answered, behind the question whether it is there; all else, behind the call.
    private static func starts(of resource: HeldResource, _ held: String, _ line: Int, _ block: Int, _ flow: ControlFlow) -> [Place] {
        guard case .answer = resource.subject else { return [(line + 1..<flow.blocks[block].lines.upperBound, flow.blocks[block].successors)] }
        return flow.blocks.indices.flatMap { from in
            flow.blocks[from].successors.filter { next in
                flow.facts(from: from, to: next).contains {
                    $0.relation == .different && $0.left == held && ($0.right == "null" || $0.right == "0")
                }
            }.map { (flow.blocks[$0].lines, flow.blocks[$0].successors) }
        }
    }

    private static func departure(from start: Place, _ resource: HeldResource, _ held: String, _ flow: ControlFlow) -> (line: Int, words: String)? {
        var pending = [start]
        var seen: Set<Int> = []
        while let (lines, successors) = pending.popLast() {
            var isHeld = true
            for line in lines where isHeld {
                let code = flow.code(line)
                // Ways that meet may differ in what is held, and ask for it by a value that says so.
                if code.contains(" = phi i1 ") || code.contains(" = phi ") && code.contains(held) { isHeld = false }
                guard let call = KernelCall(code) else { continue }
                if resource.ends.contains(call.callee) || call.callee == exchange { isHeld = false }
                if isHeld, let found = departures.first(where: { $0.callee == call.callee }) { return (line, found.words) }
            }
            for next in successors where isHeld && seen.insert(next).inserted {
                pending.append((flow.blocks[next].lines, flow.blocks[next].successors))
            }
        }
        return nil
    }

    private static func reason(_ words: String, _ resource: HeldResource) -> String {
        let name =
            switch resource.acquire {
            case .helper: resource.acquire.helper.map { "bpf_" + $0.name } ?? "a helper"
            case .function(let name): name
            }
        return
            "\(words) while it holds what \(name) gave it, and does not come back to give that back; end it before: submit or discard a record, let a scope end"
    }
}
