// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import Testing

/// Names of functions as people write them.
struct SymbolNameTests {
    @Test(
        arguments: [
            ("$s5chain5outeryS2iF", "chain.outer(Swift.Int) -> Swift.Int"), ("_$s5chain5outeryS2iF", "chain.outer(Swift.Int) -> Swift.Int"),
            ("$sSa6appendyyxnF", "Swift.Array.append(__owned A) -> ()"), ("_T0s5printyypd_SS9separatorSS10terminatortF", nil),
            ("_ZN6symbol6middleEi", "symbol::middle(int)"), ("malloc", "malloc"), ("$s", "$s"), ("$sgarbage", "$sgarbage"),
            ("_Znothing", "_Znothing"),
            ("", ""), ("$", "$"), ("_Z", "_Z"),
        ] as [(String, String?)])
    func aNameOfAnyLanguageIsWrittenAsThere(mangled: String, expected: String?) {
        let name = SymbolName.demangled(mangled)
        #expect(expected == nil ? name.hasPrefix("Swift.print(") : name == expected, "\(name)")
    }

    /// A generic type of two of a generic type of two, and so on: each level is twice as long.
    private func doubling(_ levels: Int, behind prefix: String = "$s1m1fyy") -> String {
        var name = prefix + "AA1GVy" + String(repeating: "ADy", count: levels) + "S2iG"
        for level in 0..<levels { name += "A\(Unicode.Scalar(UInt8(ascii: "E") + UInt8(level)))G" }
        return name + "F"
    }

    @Test func aNameOfSwiftThatStandsForTooMuchStaysAsItIs() {
        #expect(SymbolName.demangled(doubling(3)).hasPrefix("m.f("))
        #expect(SymbolName.demangled(doubling(20)) == doubling(20))
        // Behind a number that is no identifier's length.
        let hidden = doubling(20, behind: "$s1m1fyyfU90_")
        #expect(SymbolName.demangled(hidden) == hidden)
        #expect(SwiftNameSize.bound(of: Array(String(repeating: "A9999999999999999999b", count: 200).utf8)[...]) > 16 << 20)
    }

    @Test func longNamesStayAsTheyAre() {
        let name = "$s1m" + String(repeating: "1f", count: 4000) + "yyF"
        #expect(SymbolName.demangled(name) == name)
    }
}
