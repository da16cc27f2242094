// SPDX-License-Identifier: Apache-2.0

/// A program that traps gives back what it holds, which the verifier demands of every way out.
///
/// Swift's traps run no `deinit`, so the pass keeps, for each call that acquires something, a variable that says whether it is still held. The optimizer finds
/// out at each way out which of them are, and nothing remains of the variables.
struct TrapCleanup {
    private var slots: [(name: String, resource: HeldResource)] = []
    /// By the lines that acquire: the place of their variable.
    private var acquiring: [Int: Int] = [:]
    /// By what is held: the place of its variable.
    private var acquired: [String: Int] = [:]
    /// By the values that stand for the same pointer on some way: the values that they come from.
    private var sources: [String: [String]] = [:]

    /// What a trap is replaced by: giving back what is held, and the return.
    private let returning: String

    /// The functions that there are to call.
    private let declared: Set<String>

    private init(_ returning: String, _ declared: Set<String>) { (self.returning, self.declared) = (returning, declared) }

    /// The function with its traps as returns.
    ///
    /// - Parameters:
    ///   - returning: the line that ends the program.
    ///   - declared: the functions of the kernel that the module declares.
    static func run(_ function: IRFunction, returning: String, declared: Set<String> = []) -> IRFunction {
        var pass = TrapCleanup(returning, declared)
        return pass.rewritten(function)
    }

    private mutating func rewritten(_ function: IRFunction) -> IRFunction {
        var result = function
        result.body = []
        let traps = function.body.contains { $0.contains("@\(Trap.name)(") }
        if traps { findSlots(function) }
        var trapCount = 0
        for (index, line) in function.body.enumerated() {
            if line.contains("@\(Trap.name)(") { continue }
            let code = IRText.trimmed(IRText.splitMetadata(line[...]).code)
            if code == "unreachable" {
                trapCount += 1
                result.body += ending(trapCount, String(IRText.splitMetadata(line[...]).metadata))
                continue
            }
            result.body.append(line)
            guard !slots.isEmpty, let call = KernelCall(code) else { continue }
            // An exchange does both: it takes what is held, and answers what is held from then on.
            if HeldResource.table.contains(where: { $0.ends.contains(call.callee) }) {
                result.body += released(HeldResource.given(in: call) ?? "", call.callee)
            }
            if let slot = acquiring[index], let held = slots[slot].resource.held(by: call) {
                // An Optional pointer is a number to Swift.
                let type = if case .answer = slots[slot].resource.subject { call.result } else { "ptr" as Substring }
                result.body.append("  store \(type) \(held), ptr \(slots[slot].name)")
            }
        }
        declareSlots(in: &result)
        return result
    }

    private mutating func findSlots(_ function: IRFunction) {
        for (index, line) in function.body.enumerated() {
            let code = IRText.trimmed(IRText.splitMetadata(line[...]).code)
            noteSources(code)
            guard let call = KernelCall(code), let resource = HeldResource.table.first(where: { $0.acquire == call.callee }),
                canRelease(resource), let held = resource.held(by: call)
            else { continue }
            if case .answer = resource.subject {
            } else if let known = acquired[held] {
                // The same lock, taken at another place.
                acquiring[index] = known
                continue
            }
            acquiring[index] = slots.count
            acquired[held] = slots.count
            slots.append(("%held.\(slots.count)", resource))
        }
    }

    private func canRelease(_ resource: HeldResource) -> Bool {
        guard case .function(let name) = resource.release else { return true }
        return declared.contains(name)
    }

    /// What a value is on some way: `%4 = phi ptr [ %3, %a ], [ null, %b ]` and the like.
    private mutating func noteSources(_ code: Substring) {
        guard let equals = code.range(of: " = "),
            ["phi ptr", "phi i64", "select ", "getelementptr ", "inttoptr ", "freeze ", "call ptr @llvm.bpf.passthrough"].contains(
                where: code[equals.upperBound...].hasPrefix)
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
    private func released(_ value: String, _ callee: KernelCall.Callee) -> [String] {
        // Nothing is given back.
        guard value != "null", value != "0" else { return [] }
        var seen: Set<String> = []
        let found = origins(value, &seen)
        return slots.indices.filter { slots[$0].resource.ends.contains(callee) && (found.isEmpty || found.contains($0)) }
            .map { "  store ptr null, ptr \(slots[$0].name)" }
    }

    private func ending(_ trap: Int, _ metadata: String) -> [String] {
        var lines: [String] = []
        for (index, slot) in slots.enumerated() {
            let part = "trap.\(trap).\(index)"
            lines += [
                "  %\(part).held = load ptr, ptr \(slot.name)", "  %\(part).none = icmp eq ptr %\(part).held, null",
                "  br i1 %\(part).none, label %\(part).done, label %\(part).release", "\(part).release:",
                "  \(slot.resource.releasing("%\(part).held"))\(metadata)", "  br label %\(part).done",
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
