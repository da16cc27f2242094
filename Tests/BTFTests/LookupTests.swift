// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

@Suite struct LookupTests {
    private func btf() throws -> BTF {
        var image = BTFImage()
        image.integer("int", size: 4)  // 1
        image.structure("task", size: 4, [])  // 2
        image.alias("task", 2)  // 3
        image.structure("task", size: 8, [])  // 4
        image.structure("task___old", size: 8, [])  // 5
        image.structure("task___", size: 8, [])  // 6
        image.structure("task____x", size: 8, [])  // 7
        image.structure("task___a___b", size: 8, [])  // 8
        image.structure("tas", size: 8, [])  // 9
        image.structure("task_", size: 8, [])  // 10
        image.structure("task__x", size: 8, [])  // 11
        image.structure("", size: 8, [])  // 12
        image.enumeration("task___e", [])  // 13
        image.structure("xtask___old", size: 8, [])  // 14
        image.structure("task___new", size: 8, isUnion: true, [])  // 15
        return try BTF(ByteView(image.bytes()))
    }

    @Test func aNameIsFoundInTheOrderOfNumbersAndOnlyInTheKindsAskedFor() throws {
        let btf = try btf()
        #expect(btf.types(named: "task", kinds: [.structure]).map(\.rawValue) == [2, 4])
        #expect(btf.types(named: "task", kinds: [.alias]).map(\.rawValue) == [3])
        #expect(btf.types(named: "task", kinds: [.structure, .alias, .union]).map(\.rawValue) == [2, 3, 4])
        #expect(btf.types(named: "task", kinds: [.integer]).isEmpty)
        #expect(btf.types(named: "task", kinds: []).isEmpty)
        #expect(btf.types(named: "tas", kinds: [.structure]).map(\.rawValue) == [9])
        #expect(btf.types(named: "task___old", kinds: [.structure]).map(\.rawValue) == [5])
        #expect(btf.types(named: "tasks", kinds: Set(BTFKind.allCases)).isEmpty)
    }

    @Test func aFlavorDoesNotHideAType() throws {
        let btf = try btf()
        #expect(btf.types(namedIgnoringFlavor: "task", kinds: [.structure]).map(\.rawValue) == [2, 4, 5])
        #expect(btf.types(namedIgnoringFlavor: "task", kinds: [.enumeration]).map(\.rawValue) == [13])
        #expect(btf.types(namedIgnoringFlavor: "task", kinds: [.structure, .union]).map(\.rawValue) == [2, 4, 5, 15])
        #expect(btf.types(namedIgnoringFlavor: "task___a", kinds: [.structure]).map(\.rawValue) == [8])
        #expect(btf.types(namedIgnoringFlavor: "xtask", kinds: [.structure]).map(\.rawValue) == [14])
        #expect(btf.types(namedIgnoringFlavor: "task_", kinds: [.structure]).map(\.rawValue) == [10])
    }

    @Test func typesWithoutANameAreNotFoundByNoName() throws {
        let btf = try btf()
        #expect(btf.types(named: "", kinds: [.structure]).isEmpty)
        #expect(btf.types(namedIgnoringFlavor: "", kinds: [.structure]).isEmpty)
    }

    /// The rule of libbpf's `bpf_core_essential_name_len`: three underscores between characters that are none; the last wins.
    @Test(arguments: [
        ("foo___bar", "foo"), ("a___b", "a"), ("foo___bar___baz", "foo___bar"), ("foo_bar___v2", "foo_bar"),
        ("foo____bar", "foo____bar"), ("a____b", "a____b"), ("a_____b", "a_____b"), ("___x", "___x"), ("x___", "x___"),
        ("___", "___"), ("a___", "a___"), ("____", "____"), ("", ""), ("a", "a"), ("a__b", "a__b"), ("___x___y", "___x"),
        ("a___b____c", "a"), ("a____b___c", "a____b"), ("foo", "foo"), ("_a___b", "_a"), ("a___b_", "a"), ("é___x", "é"),
    ])
    func aFlavorIsWhatStandsBehindTheLastThreeUnderscores(_ name: String, _ essential: String) {
        #expect(essentialName(name) == essential)
    }

    /// The rule once more, read off libbpf's loop, over every pattern of up to nine characters.
    @Test func theEssentialNameAgreesWithTheRuleForEveryShortName() {
        func rule(_ name: [UInt8]) -> [UInt8] {
            let isUnderscore = name.map { $0 == UInt8(ascii: "_") }
            let places = (0..<max(name.count - 4, 0)).filter { place in
                Array(isUnderscore[place..<place + 5]) == [false, true, true, true, false]
            }
            return places.last.map { Array(name[...$0]) } ?? name
        }
        for length in 0...9 {
            for bits in 0..<(1 << length) {
                let name = (0..<length).map { bits >> $0 & 1 == 1 ? UInt8(ascii: "_") : UInt8(ascii: "a") + UInt8($0) }
                let text = String(decoding: name, as: UTF8.self)
                #expect(Array(essentialName(text).utf8) == rule(name), "\(text)")
            }
        }
    }
}
