// SPDX-License-Identifier: Apache-2.0

/// Multiplication that says whether 64 bits were too few. eBPF has no instruction for it, and LLVM wants a library function.
///
/// With a constant, one or two comparisons do. Else the halves are multiplied: the product fits where not both upper halves are set, and the middle
/// part has no more than 32 bits. (A division would be shorter, but LLVM makes the same multiplication out of it again.)
enum OverflowingMultiplication {
    private static let intrinsics = [("@llvm.umul.with.overflow.i64(", false), ("@llvm.smul.with.overflow.i64(", true)]

    /// A line with the call in place of the intrinsic.
    static func replaced(_ line: String) -> String {
        for (intrinsic, isSigned) in intrinsics {
            guard let place = line[...].range(of: intrinsic) else { continue }
            let operands = IRText.split(line[place.upperBound...].prefix { $0 != ")" })
            guard operands.count == 2 else { continue }
            let call = constantCall(operands[0], operands[1], isSigned) ?? constantCall(operands[1], operands[0], isSigned)
            let name = isSigned ? "signed" : "unsigned"
            return line[..<place.lowerBound] + (call ?? "@ebpf.multiply.\(name)(\(operands[0]), i64 \(operands[1].split(separator: " ").last ?? ""))")
        }
        return line
    }

    /// The call where one operand is a positive constant: `other` and how large and small it may be.
    private static func constantCall(_ constant: Substring, _ other: Substring, _ isSigned: Bool) -> String? {
        guard let text = constant.split(separator: " ").last, let value = Int64(text), value > 0, let operand = other.split(separator: " ").last
        else { return nil }
        guard isSigned else {
            return "@ebpf.multiply.unsigned.by(i64 \(value), i64 \(operand), i64 \(Int64(bitPattern: UInt64.max / UInt64(value))))"
        }
        return "@ebpf.multiply.signed.by(i64 \(value), i64 \(operand), i64 \(Int64.max / value), i64 \(Int64.min / value))"
    }

    /// Adds the functions, which are inlined where they are called.
    static func add(to module: inout IRModule) {
        module.declarations.removeAll { declaration in intrinsics.contains { "@\(declaration.name)(" == $0.0 } }
        add("unsigned.by", ["%a", "%b", "%limit"], ["%product = mul i64 %a, %b", "%over = icmp ugt i64 %b, %limit"], &module)
        add(
            "signed.by", ["%a", "%b", "%most", "%least"],
            ["%product = mul i64 %a, %b", "%high = icmp sgt i64 %b, %most", "%low = icmp slt i64 %b, %least", "%over = or i1 %high, %low"], &module)
        add("unsigned", ["%a", "%b"], ["%product = mul i64 %a, %b"] + overflow(of: "a", "b", into: "%over"), &module)
        add(
            "signed", ["%a", "%b"],
            [
                "%product = mul i64 %a, %b", "%a.negative = icmp slt i64 %a, 0", "%b.negative = icmp slt i64 %b, 0", "%a.opposite = sub i64 0, %a",
                "%b.opposite = sub i64 0, %b", "%a.size = select i1 %a.negative, i64 %a.opposite, i64 %a",
                "%b.size = select i1 %b.negative, i64 %b.opposite, i64 %b",
            ] + overflow(of: "a.size", "b.size", into: "%wide") + [
                "%size = mul i64 %a.size, %b.size", "%negative = xor i1 %a.negative, %b.negative", "%extra = zext i1 %negative to i64",
                "%most = add i64 9223372036854775807, %extra", "%large = icmp ugt i64 %size, %most", "%over = or i1 %wide, %large",
            ], &module)
    }

    private static func overflow(of a: String, _ b: String, into result: String) -> [String] {
        [
            "%\(a).high = lshr i64 %\(a), 32", "%\(b).high = lshr i64 %\(b), 32", "%\(a).low = and i64 %\(a), 4294967295",
            "%\(b).low = and i64 %\(b), 4294967295", "%\(a).some = icmp ne i64 %\(a).high, 0", "%\(b).some = icmp ne i64 %\(b).high, 0",
            "%both = and i1 %\(a).some, %\(b).some", "%cross.1 = mul i64 %\(a).high, %\(b).low", "%cross.2 = mul i64 %\(a).low, %\(b).high",
            "%low = mul i64 %\(a).low, %\(b).low", "%low.high = lshr i64 %low, 32", "%cross = add i64 %cross.1, %cross.2",
            "%middle = add i64 %cross, %low.high", "%rest = lshr i64 %middle, 32", "%more = icmp ne i64 %rest, 0", "\(result) = or i1 %both, %more",
        ]
    }

    private static func add(_ name: String, _ parameters: [String], _ body: [String], _ module: inout IRModule) {
        let end = [
            "%first = insertvalue { i64, i1 } poison, i64 %product, 0", "%pair = insertvalue { i64, i1 } %first, i1 %over, 1",
            "ret { i64, i1 } %pair",
        ]
        module.functions.append(
            IRFunction(
                name: "ebpf.multiply.\(name)", linkage: "internal", result: "{ i64, i1 }", parameters: parameters.map { "i64 \($0)" }, section: nil,
                attributes: FunctionAttributes.inlined, debug: nil, body: (body + end).map { "  " + $0 }))
    }
}
