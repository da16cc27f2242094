// SPDX-License-Identifier: Apache-2.0

import TestImages
import Testing

@testable import EBPFCompiler

/// Products of 64 bits that are checked without a library. The functions are compiled for this machine and called.
@Suite struct MultiplicationTests {
    @Test func aConstantIsRecognisedOnEitherSide() {
        let line = "  %3 = call { i64, i1 } @llvm.umul.with.overflow.i64(i64 %1, i64 10)"
        #expect(
            OverflowingMultiplication.replaced(line) == "  %3 = call { i64, i1 } @ebpf.multiply.unsigned.by(i64 10, i64 %1, i64 1844674407370955161)")
        let signed = "  %3 = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 4, i64 %1)"
        #expect(
            OverflowingMultiplication.replaced(signed)
                == "  %3 = call { i64, i1 } @ebpf.multiply.signed.by(i64 4, i64 %1, i64 2305843009213693951, i64 -2305843009213693952)")
        let variable = "  %3 = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %1, i64 %2)"
        #expect(OverflowingMultiplication.replaced(variable) == "  %3 = call { i64, i1 } @ebpf.multiply.signed(i64 %1, i64 %2)")
        #expect(OverflowingMultiplication.replaced("  ret void") == "  ret void")
    }

    static let interesting: [UInt64] = [
        0, 1, 2, 3, 7, 10, 0xFFFF_FFFF, 0x1_0000_0000, 0x1_0000_0001, 0xB504_F333, 0xB504_F334, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000,
        0x8000_0000_0000_0001, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_0000_0000, 0x5555_5555_5555_5555, 6_700_417, 4_294_967_291,
    ]

    /// A program that prints what the functions answer for every pair of the numbers above.
    @Test func theAnswerIsThatOfSwiftForEveryPairOfInterestingNumbers() throws {
        let tools = try Toolchain.find()
        let scratch = try ScratchDirectory()
        var module = IRModule()
        module.attributes = FunctionAttributes.table
        OverflowingMultiplication.add(to: &module)
        for (name, inner) in [("unsigned_fits", "ebpf.multiply.unsigned"), ("signed_fits", "ebpf.multiply.signed")] {
            module.functions.append(
                IRFunction(
                    name: name, linkage: "", result: "i32", parameters: ["i64 %a", "i64 %b"], section: nil, attributes: nil, debug: nil,
                    body: [
                        "  %pair = call { i64, i1 } @\(inner)(i64 %a, i64 %b)", "  %over = extractvalue { i64, i1 } %pair, 1",
                        "  %fits = xor i1 %over, true",
                        "  %number = zext i1 %fits to i32", "  ret i32 %number",
                    ]))
        }
        let text = module.text.split(separator: "\n").filter { !$0.hasPrefix("target ") }.joined(separator: "\n")
        let functions = try scratch.write(text + "\n", to: "functions.ll")
        let numbers = Self.interesting.map { "\($0)ull" }.joined(separator: ", ")
        let main = try scratch.write(
            """
            #include <stdio.h>
            int unsigned_fits(unsigned long long, unsigned long long), signed_fits(unsigned long long, unsigned long long);
            static unsigned long long n[] = { \(numbers) };
            int main(void) {
                for (int i = 0; i < \(Self.interesting.count); i++)
                    for (int j = 0; j < \(Self.interesting.count); j++) printf("%d%d", unsigned_fits(n[i], n[j]), signed_fits(n[i], n[j]));
            }
            """, to: "main.c")
        let program = scratch.path + "/program"
        let built = try ChildProcess.run(tools.clang, ["-O1", "-Wno-override-module", functions, main, "-o", program])
        try #require(built.succeeded, "\(built.output)")
        var expected = ""
        for a in Self.interesting {
            for b in Self.interesting {
                expected += a.multipliedReportingOverflow(by: b).overflow ? "0" : "1"
                expected += Int64(bitPattern: a).multipliedReportingOverflow(by: Int64(bitPattern: b)).overflow ? "0" : "1"
            }
        }
        #expect(try ChildProcess.run(program, []).output == expected)
    }
}
