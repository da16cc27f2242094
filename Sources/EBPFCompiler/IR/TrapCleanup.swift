// SPDX-License-Identifier: Apache-2.0

/// A program that traps gives back what it holds, which the verifier demands of every way out.
///
/// Swift's traps run no `deinit`, so the pass keeps, for each call that acquires something, a variable that says whether it is still held. The optimizer finds
/// out at each way out which of them are, and nothing remains of the variables.
struct TrapCleanup {
    /// Helpers that acquire, and those that give back what they take first. `releasing` is what a trap calls, with the further arguments that it takes.
    private static let pairs: [(acquire: Int, ends: [Int], release: (number: Int, arguments: String))] = [
        (131, [132, 133], (133, ", i64 0")),  // bpf_ringbuf_reserve; submit, discard
        (84, [86], (86, "")), (85, [86], (86, "")), (99, [86], (86, "")),  // bpf_sk_lookup_tcp, _udp, bpf_skc_lookup_tcp; bpf_sk_release
    ]

    private var slots: [(name: String, pair: Int)] = []
    /// By the values that calls answered: the place of their variable.
    private var acquired: [String: Int] = [:]
    /// By the values that stand for the same pointer on some way: the values that they come from.
    private var sources: [String: [String]] = [:]

    /// What a trap is replaced by: giving back what is held, and the return.
    private let returning: String

    private init(_ returning: String) { self.returning = returning }

    /// The function with its traps as returns.
    ///
    /// - Parameter returning: the line that ends the program.
    static func run(_ function: IRFunction, returning: String) -> IRFunction {
        var pass = TrapCleanup(returning)
        return pass.rewritten(function)
    }

    private mutating func rewritten(_ function: IRFunction) -> IRFunction {
        var result = function
        result.body = []
        let traps = function.body.contains { $0.contains("@\(Trap.name)(") }
        if traps { findSlots(function) }
        var next = 0
        var trapCount = 0
        for line in function.body {
            if line.contains("@\(Trap.name)(") { continue }
            let code = IRText.trimmed(IRText.splitMetadata(line[...]).code)
            if code == "unreachable" {
                trapCount += 1
                result.body += ending(trapCount, String(IRText.splitMetadata(line[...]).metadata))
                continue
            }
            result.body.append(line)
            guard !slots.isEmpty, let call = HelperCall(code) else { continue }
            if next < slots.count, Self.pairs[slots[next].pair].acquire == call.number, let value = call.value {
                result.body.append("  store ptr \(value), ptr \(slots[next].name)")
                next += 1
            } else if Self.pairs.contains(where: { $0.ends.contains(call.number) }), let given = call.arguments.first?.split(separator: " ").last {
                result.body += released(String(given), call.number)
            }
        }
        declareSlots(in: &result)
        return result
    }

    private mutating func findSlots(_ function: IRFunction) {
        for line in function.body {
            let code = IRText.trimmed(IRText.splitMetadata(line[...]).code)
            noteSources(code)
            guard let call = HelperCall(code), let value = call.value, let pair = Self.pairs.firstIndex(where: { $0.acquire == call.number }) else {
                continue
            }
            acquired[value] = slots.count
            slots.append(("%held.\(slots.count)", pair))
        }
    }

    /// What a value is on some way: `%4 = phi ptr [ %3, %a ], [ null, %b ]` and the like.
    private mutating func noteSources(_ code: Substring) {
        guard let equals = code.range(of: " = "),
            ["phi ptr", "select ", "getelementptr ", "call ptr @llvm.bpf.passthrough"].contains(where: code[equals.upperBound...].hasPrefix)
        else { return }
        let words = code[equals.upperBound...].split { " ,[]()".contains($0) }
        sources[String(code[..<equals.lowerBound])] = words.filter { $0.hasPrefix("%") }.map(String.init)
    }

    /// The variables of what a value may be.
    private func origins(_ value: String, _ seen: inout Set<String>) -> Set<Int> {
        guard seen.insert(value).inserted else { return [] }
        if let slot = acquired[value] { return [slot] }
        return (sources[value] ?? []).reduce(into: []) { $0.formUnion(origins($1, &seen)) }
    }

    /// After something was given back, its variable no longer has it. Where several calls may have acquired it, all of their variables are emptied: on every
    /// way only one of them has something.
    private func released(_ value: String, _ number: Int) -> [String] {
        var seen: Set<String> = []
        let found = origins(value, &seen)
        return slots.indices.filter { Self.pairs[slots[$0].pair].ends.contains(number) && (found.isEmpty || found.contains($0)) }
            .map { "  store ptr null, ptr \(slots[$0].name)" }
    }

    private func ending(_ trap: Int, _ metadata: String) -> [String] {
        var lines: [String] = []
        for (index, slot) in slots.enumerated() {
            let part = "trap.\(trap).\(index)"
            let release = Self.pairs[slot.pair].release
            lines += [
                "  %\(part).held = load ptr, ptr \(slot.name)", "  %\(part).none = icmp eq ptr %\(part).held, null",
                "  br i1 %\(part).none, label %\(part).done, label %\(part).release", "\(part).release:",
                "  call void inttoptr (i64 \(release.number) to ptr)(ptr %\(part).held\(release.arguments))\(metadata)", "  br label %\(part).done",
                "\(part).done:",
            ]
        }
        return lines + [returning + metadata]
    }

    private func declareSlots(in function: inout IRFunction) {
        guard !slots.isEmpty else { return }
        // Behind the label of the first block, where there is one.
        let start = function.body.first.map { $0.hasSuffix(":") || $0.contains(":  ") } == true ? 1 : 0
        let lines = slots.flatMap { ["  \($0.name) = alloca ptr, align 8", "  store ptr null, ptr \($0.name)"] }
        function.body.insert(contentsOf: lines, at: start)
    }
}
