// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import Bytes
import ELF
import TestImages
import Testing

/// What files may declare differently, and what not.
@Suite struct SymbolAgreementTests {
    /// A way to spell a type: with what differs in it.
    struct Spelling: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let type: @Sendable (inout BTFImage) -> UInt32

        init(_ name: String, _ type: @escaping @Sendable (inout BTFImage) -> UInt32) {
            testDescription = name
            self.type = type
        }
    }

    static func structure(_ types: inout BTFImage, _ name: String = "s", size: UInt32 = 8, member: String = "m", at offset: UInt32 = 0) -> UInt32 {
        types.structure(name, size: size, [.init(member, types.integer("int", size: 4), at: offset)])
    }

    static let same: [(Spelling, Spelling)] = [
        (Spelling("int") { $0.integer("int", size: 4) }, Spelling("unsigned") { $0.integer("unsigned int", size: 4) }),
        (
            Spelling("int") { $0.integer("int", size: 4) },
            Spelling("typedef of const int") { $0.alias("t", $0.add(kind: 10, sizeOrType: $0.integer("int", size: 4))) }
        ),
        (
            Spelling("int[]") { $0.array(of: $0.integer("int", size: 4), count: 0) },
            Spelling("int[5]") { $0.array(of: $0.integer("int", size: 4), count: 5) }
        ),
        (
            Spelling("pointer to a declared struct") { $0.pointer(to: $0.add(kind: 7, name: "s")) },
            Spelling("pointer to the struct") { $0.pointer(to: structure(&$0)) }
        ),
        (
            Spelling("pointer to a struct") { $0.pointer(to: structure(&$0)) },
            Spelling("pointer to another of its name") { $0.pointer(to: structure(&$0, size: 4, member: "x")) }
        ),
        (Spelling("struct") { structure(&$0) }, Spelling("struct") { structure(&$0) }),
        (
            Spelling("enum") { $0.enumeration("e", [("A", 1)]) },
            Spelling("enum with more in it") { $0.enumeration("e", [("A", 1), ("B", 2)]) }
        ),
        (Spelling("double") { $0.add(kind: 16, name: "double", sizeOrType: 8) }, Spelling("double") { $0.add(kind: 16, name: "d", sizeOrType: 8) }),
        (Spelling("void *") { $0.pointer(to: 0) }, Spelling("const void *") { $0.pointer(to: $0.add(kind: 10)) }),
    ]

    static let different: [(Spelling, Spelling, String)] = [
        (Spelling("int") { $0.integer("int", size: 4) }, Spelling("long") { $0.integer("long", size: 8) }, "4 bytes and 8"),
        (
            Spelling("int") { $0.integer("int", size: 4) }, Spelling("pointer") { $0.pointer(to: 0) },
            "an integer 'int' and a pointer"
        ),
        (Spelling("struct s") { structure(&$0) }, Spelling("struct t") { structure(&$0, "t") }, "'s' and 't'"),
        (Spelling("struct s") { structure(&$0) }, Spelling("other member") { structure(&$0, member: "n") }, "members of 's': 'm' and 'n'"),
        (Spelling("struct s") { structure(&$0) }, Spelling("other place") { structure(&$0, at: 32) }, "member 'm' of 's' lies at different places"),
        (
            Spelling("struct s") { structure(&$0) }, Spelling("empty") { $0.structure("s", size: 8, []) },
            "'s' has 1 members and 0"
        ),
        (
            Spelling("struct s") { structure(&$0) }, Spelling("union s") { $0.structure("s", size: 8, isUnion: true, []) },
            "a struct 's' and a union 's'"
        ),
        (
            Spelling("struct s") { structure(&$0) },
            Spelling("other type of a member") { $0.structure("s", size: 8, [.init("m", $0.integer("long", size: 8), at: 0)]) },
            "member 'm' of 's': 4 bytes and 8"
        ),
        // What is used itself must be known, not only declared.
        (
            Spelling("struct s") { structure(&$0) }, Spelling("declaration of struct s") { $0.add(kind: 7, name: "s") },
            "a struct 's' and a declaration of a struct 's'"
        ),
        (
            Spelling("pointer to struct s") { $0.pointer(to: structure(&$0)) },
            Spelling("pointer to a declared union s") { $0.pointer(to: $0.add(kind: 7, name: "s", flag: true)) },
            "a struct 's' and a declaration of a union 's'"
        ),
        (
            Spelling("enum") { $0.enumeration("e", [("A", 1)]) }, Spelling("larger enum") { $0.enumeration64("e", [("A", 1)]) },
            "an enum 'e' and an enum 'e'"
        ),
        (
            Spelling("pointer to a function") { $0.pointer(to: $0.prototype(result: 0, [])) },
            Spelling("pointer to one with a parameter") { $0.pointer(to: $0.prototype(result: 0, [("a", $0.integer("int", size: 4))])) },
            "0 parameters and 1"
        ),
    ]

    private func variable(_ spelling: Spelling, isExtern: Bool) -> ObjectImage {
        var image = ObjectImage()
        let type = spelling.type(&image.types)
        if isExtern {
            image.addExtern("shared", type)
        } else {
            image.addVariables(".data", bytes: [UInt8](repeating: 0, count: 8), [("shared", type, 0, 8)])
        }
        return image
    }

    @Test(arguments: same)
    func `an extern agrees with a definition that is spelled differently`(_ left: Spelling, _ right: Spelling) throws {
        for (first, second) in [(left, right), (right, left)] {
            let linked = try LinkedFile(variable(first, isExtern: true), variable(second, isExtern: false))
            #expect(try !linked.symbol("shared").isUndefined)
            _ = try LinkedFile(variable(first, isExtern: true), variable(second, isExtern: true))
        }
    }

    @Test(arguments: different)
    func `an extern that differs is refused with what differs`(_ left: Spelling, _ right: Spelling, _ reason: String) throws {
        let error = try linkError(variable(right, isExtern: true), variable(left, isExtern: false))
        #expect(error.code == .incompatibleSymbol && error.symbol == "shared" && error.files == ["b.o", "a.o"])
        #expect(error.reason == "'shared' is not the same in both: \(reason)")
        #expect(try linkError(variable(right, isExtern: true), variable(left, isExtern: true)).code == .incompatibleSymbol)
        #expect(try linkError(variable(right, isExtern: false), variable(left, isExtern: true)).code == .incompatibleSymbol)
    }

    @Test func `functions must agree in parameters and results`() throws {
        func image(_ result: UInt32, _ parameters: [UInt32], isExtern: Bool) -> ObjectImage {
            var image = ObjectImage()
            let types = parameters.enumerated().map { (isExtern ? "" : "p\($0.0)", image.types.integer("i\($0.1)", size: $0.1)) }
            let prototype = image.types.prototype(result: result == 0 ? 0 : image.types.integer("r", size: result), types)
            image.types.function("f", prototype: prototype, linkage: isExtern ? 2 : 1)
            if isExtern {
                image.symbols.append(SymbolImage("f", kind: 0, section: 0))
            } else {
                image.addFunction("f", in: ".text", [.exit])
            }
            return image
        }
        let linked = try LinkedFile(image(4, [8, 4], isExtern: true), image(4, [8, 4], isExtern: false))
        // That of the declaration, whose parameters have no names, has gone with it.
        #expect(try linked.types().types(ofKinds: [.prototype]).count == 1)
        let parameter = try linkError(image(4, [8, 8], isExtern: true), image(4, [8, 4], isExtern: false))
        #expect(parameter.reason.hasSuffix("parameter 2: 4 bytes and 8"))
        #expect(try linkError(image(4, [8], isExtern: true), image(4, [8, 4], isExtern: false)).reason.hasSuffix("2 parameters and 1"))
        #expect(try linkError(image(0, [], isExtern: true), image(4, [], isExtern: false)).reason.hasSuffix("an integer 'r' and void"))
    }

    @Test func `a function is no variable`() throws {
        var (first, second) = (ObjectImage(), ObjectImage())
        first.addDefinition("thing")
        second.addExtern("thing", second.types.integer("int", size: 4))
        #expect(try linkError(first, second).reason == "'thing' is a function in one and a variable in the other")
    }

    @Test func `maps must be declared with the same settings`() throws {
        func map(_ change: (inout ObjectImage) -> UInt32, isExtern: Bool) -> ObjectImage {
            var image = ObjectImage()
            let type = change(&image)
            if isExtern {
                image.addExtern("m", type, in: ".maps", size: 32)
            } else {
                image.addVariables(".maps", bytes: [UInt8](repeating: 0, count: 32), [("m", type, 0, 32)])
            }
            return image
        }
        let changes: [(String, (inout ObjectImage) -> UInt32)] = [
            ("'max_entries': 16 and 17", { $0.mapType(maxEntries: 17) }), ("'type': 1 and 2", { $0.mapType(kind: 2) }),
            ("'key': 4 bytes and 8", { $0.mapType(keySize: 8) }),
            ("a map is declared as something else than a struct", { $0.types.integer("int", size: 4) }),
            ("'key': in one of them only", { $0.types.structure("", size: 32, []) }),
        ]
        for (reason, change) in changes {
            let error = try linkError(map({ $0.mapType() }, isExtern: false), map(change, isExtern: true))
            #expect(error.code == .incompatibleSymbol && error.reason == "'m' is not the same in both: \(reason)")
        }
        let outside = try linkError(
            map({ $0.mapType() }, isExtern: false), variable(Spelling("int") { $0.integer("int", size: 4) }, isExtern: true).named("m"))
        #expect(outside.reason == "'m' is a map in one of them only")
    }

    @Test func `what is asked of the kernel is not defined in another file`() throws {
        var (first, second) = (ObjectImage(), ObjectImage())
        let int = first.types.integer("int", size: 4)
        first.addVariables(".data", bytes: [0, 0, 0, 0], [("jiffies", int, 0, 4)])
        second.addExtern("jiffies", second.types.integer("int", size: 4), in: ".ksyms")
        for images in [(first, second), (second, first)] {
            let error = try linkError(images.0, images.1)
            #expect(error.code == .incompatibleSymbol && error.reason.contains("asked of the kernel (section .ksyms)"))
        }
    }

    @Test func `externs of one name belong to one section`() throws {
        var (first, second) = (ObjectImage(), ObjectImage())
        first.addExtern("value", first.types.integer("int", size: 4), in: ".kconfig")
        second.addExtern("value", second.types.integer("int", size: 4), in: ".ksyms")
        #expect(try linkError(first, second).reason.contains("in section .kconfig and in section .ksyms"))
    }

    @Test func `what cannot be compared is not linked`() throws {
        var (first, second) = (ObjectImage(), ObjectImage())
        first.addDefinition("f")
        second.symbols.append(SymbolImage("f", kind: 0, section: 0))
        let error = try linkError(first, second)
        #expect(error.code == .incompatibleSymbol && error.symbol == "f" && error.reason.contains("the types of b.o say nothing about 'f'"))
        // Alone, nothing has to be compared.
        second.hasTypes = false
        #expect(try LinkedFile(second).symbol("f").isUndefined)
    }

    @Test func `types that contain themselves are not compared for ever`() throws {
        let endless = Spelling("endless") { types in types.structure("s", size: 8, [.init("m", types.count, at: 0)]) }
        #expect(try linkError(variable(endless, isExtern: true), variable(endless, isExtern: false)).reason.contains("too large or too deep"))
    }
}

extension ObjectImage {
    /// The same with another name for its only variable.
    fileprivate func named(_ name: String) -> ObjectImage {
        var image = ObjectImage()
        image.addExtern(name, image.types.integer("int", size: 4))
        return image
    }
}
