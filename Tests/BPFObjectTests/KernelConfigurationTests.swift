// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import TestImages
import Testing

/// Extern variables in section `.kconfig`, and the configurations that give them values.
@Suite struct KernelConfigurationTests {
    /// What a test declares: an extern of a type that is made by a function of its own.
    private typealias Extern = (name: String, isWeak: Bool, type: TypeMaker)
    private typealias TypeMaker = @Sendable (inout BTFImage) -> (id: UInt32, size: UInt32)

    private static func integer(_ size: UInt32, encoding: UInt32 = 0) -> TypeMaker {
        { ($0.integer("integer\(size)", size: size, encoding: encoding), size) }
    }

    private static let signed: UInt32 = 1, character: UInt32 = 2, boolean: UInt32 = 4

    private static let tristate: TypeMaker = {
        ($0.enumeration("libbpf_tristate", [("TRI_NO", 0), ("TRI_YES", 1), ("TRI_MODULE", 2)]), 4)
    }

    private static func text(_ count: UInt32) -> TypeMaker {
        { image in
            let character = image.integer("char", size: 1, encoding: 1)
            return (image.array(of: character, count: count), count)
        }
    }

    /// An object with these externs, and a program that takes the address of each.
    private func image(_ externs: [Extern]) throws -> ObjectImage {
        var image = ObjectImage()
        let entries = externs.map { extern in
            let (type, size) = extern.type(&image.types)
            return (type: image.types.variable(extern.name, type, linkage: 2), offset: UInt32(0), size: size)
        }
        image.types.dataSection(".kconfig", size: 0, entries)
        let code = image.addFunction("main", in: "tp/a/b", externs.flatMap { _ in Instruction.wide(1) } + [.exit])
        for (index, extern) in externs.enumerated() {
            image.symbols.append(SymbolImage(extern.name, kind: 0, binding: extern.isWeak ? 2 : 1, section: 0))
            try image.relocate(code, slot: index * 2, to: extern.name)
        }
        return image
    }

    private func object(_ externs: [Extern]) throws -> ObjectFile { try image(externs).read() }

    /// The bytes of one variable for the text of its option.
    private func bytes(_ type: @escaping TypeMaker, _ text: String) throws -> [UInt8] {
        let object = try object([("CONFIG_X", false, type)])
        return try #require(try object.configured(for: KernelConfiguration(options: ["CONFIG_X": text])).maps.last?.contents)
    }

    private func refusal(_ type: @escaping TypeMaker, _ text: String) throws -> ObjectError {
        let error = try #require(throws: ObjectError.self) { try bytes(type, text) }
        #expect(error.code == .configuration)
        #expect(error.description.contains("'CONFIG_X'"))
        return error
    }

    // MARK: The section

    @Test func externsBecomeAReadOnlyMapInTheOrderOfTheirAlignment() throws {
        let object = try object([
            ("CONFIG_TEXT", true, Self.text(5)), ("CONFIG_BOOL", true, Self.integer(1, encoding: Self.boolean)), ("CONFIG_B", true, Self.integer(4)),
            ("CONFIG_A", true, Self.integer(4)), ("CONFIG_LONG", false, Self.integer(8)), ("CONFIG_SHORT", true, Self.integer(2)),
            ("CONFIG_TRI", true, Self.tristate),
        ])
        let variables = object.configurationVariables
        #expect(
            variables.map(\.name) == ["CONFIG_LONG", "CONFIG_A", "CONFIG_B", "CONFIG_TRI", "CONFIG_SHORT", "CONFIG_BOOL", "CONFIG_TEXT"])
        #expect(variables.map(\.offset) == [0, 8, 12, 16, 20, 22, 23])
        #expect(variables.map(\.isWeak) == [false, true, true, true, true, true, true])
        #expect(
            variables.map(\.kind) == [
                .integer(isSigned: false), .integer(isSigned: false), .integer(isSigned: false), .tristate, .integer(isSigned: false), .boolean,
                .text,
            ])
        let map = try #require(object.maps.last)
        #expect(map.name == ".kconfig")
        #expect((map.type, map.keySize, map.valueSize, map.maxEntries) == (.array, 4, 28, 1))
        #expect(map.flags == [.readOnlyForPrograms, .mappable])
        #expect(map.isFrozen && map.isDataSection && map.isKernelConfiguration)
        #expect(map.contents == nil)
        #expect(object.needsKernelConfiguration)
        #expect(object.variables.map(\.name) == variables.map(\.name))
    }

    @Test func referencesLeadToTheirPlacesInTheMap() throws {
        var image = try image([("CONFIG_A", true, Self.integer(4)), ("CONFIG_B", true, Self.integer(8)), ("CONFIG_T", true, Self.text(9))])
        var assembly = try assembled(image)
        #expect(assembly.mapReferences.map(\.map) == [0, 0, 0])
        #expect(assembly.mapReferences.map(\.slot) == [0, 2, 4])
        #expect(assembly.instructions.map(\.source) == [2, 0, 2, 0, 2, 0, 0])
        #expect([1, 3, 5].map { assembly.instructions[$0].immediate } == [8, 0, 12])
        // A place inside of one stands in the instruction.
        let code = image.addFunction("other", in: "tp/a/c", Instruction.wide(1, 3) + [.exit])
        try image.relocate(code, slot: 0, to: "CONFIG_T")
        assembly = try assembled(image, "other")
        #expect(assembly.instructions[1].immediate == 15)
    }

    private func assembled(_ image: ObjectImage, _ program: String = "main") throws -> ProgramAssembly {
        let object = try image.read()
        return try object.assemble(object.programs[try object.programIndex(program)])
    }

    @Test func aPlaceOutsideOfAnExternIsRefused() throws {
        for place in [10, 0x7FFF_FFFF, 0xFFFF_FFFF] as [UInt64] {
            var image = try image([("CONFIG_T", true, Self.text(9))])
            let code = image.addFunction("other", in: "tp/a/c", Instruction.wide(1, place) + [.exit])
            try image.relocate(code, slot: 0, to: "CONFIG_T")
            let error = try #require(throws: ObjectError.self) { try image.read() }
            #expect(error.code == .malformed)
            #expect(error.description.contains("'CONFIG_T'"))
        }
    }

    @Test func aCallOfAnExternVariableIsRefused() throws {
        var image = try image([("CONFIG_T", true, Self.text(9))])
        let code = image.addFunction("other", in: "tp/a/c", [.call(-1), .exit])
        try image.relocate(code, slot: 0, to: "CONFIG_T", kind: 10)
        #expect(try #require(throws: ObjectError.self) { try image.read() }.code == .malformed)
    }

    @Test func theTypesForLoadingHoldGlobalVariablesWithTheirPlaces() throws {
        let object = try object([("CONFIG_SMALL", true, Self.integer(1)), ("CONFIG_LARGE", true, Self.integer(8))])
        let types = try BTF(ByteView(try #require(try object.btfForLoading())))
        let id = try #require(types.types(named: ".kconfig", kinds: [.dataSection]).first)
        guard case .dataSection(let section) = try types.type(id) else { throw Unexpected("no section") }
        #expect(section.byteCount == 9)
        #expect(section.variables.map(\.byteOffset) == [0, 8])
        #expect(section.variables.map(\.byteCount) == [8, 1])
        for (entry, name) in zip(section.variables, ["CONFIG_LARGE", "CONFIG_SMALL"]) {
            guard case .variable(let found, _, let linkage) = try types.type(entry.type) else { throw Unexpected("no variable") }
            #expect(found == name)
            #expect(linkage == .global)
        }
        #expect(object.maps.last?.valueType == id)
    }

    @Test func typesThatNoOptionHasAreRefusedByName() throws {
        let types: [TypeMaker] = [
            Self.integer(16), Self.integer(3), Self.integer(4, encoding: Self.boolean), { ($0.enumeration("other", [("A", 0)]), 4) },
            { ($0.enumeration("libbpf_tristate", size: 1, [("A", 0)]), 1) }, { ($0.structure("s", size: 4, []), 4) },
            {
                let int = $0.integer("int", size: 4)
                return ($0.array(of: int, count: 2), 8)
            },
            {
                let int = $0.integer("int", size: 4)
                return ($0.pointer(to: int), 8)
            }, Self.text(0),
        ]
        for (index, type) in types.enumerated() {
            let error = try #require(throws: ObjectError.self, "type \(index)") { try object([("CONFIG_X", true, type)]) }
            #expect(error.code == .unsupported)
            #expect(error.description.contains("'CONFIG_X'"))
        }
    }

    @Test func sectionsThatContradictThemselvesAreRefused() throws {
        let image = try image([("CONFIG_X", true, Self.integer(4))])
        func error(_ change: (inout ObjectImage) throws -> Void) throws -> ObjectError {
            var changed = image
            try change(&changed)
            return try #require(throws: ObjectError.self) { try changed.read() }
        }
        #expect(
            try error {
                $0.symbols.removeLast(); $0.relocations = [:]
            }.description.contains("'CONFIG_X'"), "no symbol")
        var twice = ObjectImage()
        let int = twice.types.integer("int", size: 4)
        let variable = twice.types.variable("CONFIG_X", int, linkage: 2)
        twice.symbols.append(SymbolImage("CONFIG_X", kind: 0, section: 0))
        var (wrongSize, defined, large) = (twice, twice, twice)
        twice.types.dataSection(".kconfig", size: 0, [(variable, 0, 4), (variable, 0, 4)])
        #expect(try #require(throws: ObjectError.self) { try twice.read() }.description.contains("two variables 'CONFIG_X'"))
        wrongSize.types.dataSection(".kconfig", size: 0, [(variable, 0, 8)])
        #expect(try #require(throws: ObjectError.self) { try wrongSize.read() }.description.contains("has 4 bytes"))
        defined.types.dataSection(".kconfig", size: 0, [(defined.types.variable("CONFIG_X", int), 0, 4)])
        #expect(try #require(throws: ObjectError.self) { try defined.read() }.description.contains("no extern variable"))
        let character = large.types.integer("char", size: 1)
        let array = large.types.array(of: character, count: 1 << 30)
        large.types.dataSection(".kconfig", size: 0, [(large.types.variable("CONFIG_X", array, linkage: 2), 0, 1 << 30)])
        #expect(try #require(throws: ObjectError.self) { try large.read() }.description.contains("bytes"))
        var many = ObjectImage()
        let number = many.types.integer("int", size: 4)
        many.types.dataSection(".kconfig", size: 0, (0..<1025).map { (many.types.variable("CONFIG_\($0)", number, linkage: 2), 0, 4) })
        #expect(try #require(throws: ObjectError.self) { try many.read() }.description.contains("1025"))
        var both = ObjectImage()
        both.addVariables(".kconfig", bytes: [1, 2, 3, 4], [("CONFIG_X", both.types.integer("int", size: 4), 0, 4)])
        #expect(try #require(throws: ObjectError.self) { try both.read() }.description.contains("only externs"))
    }

    @Test func anExternWithoutTypesIsRefusedWithWhatToDo() throws {
        var image = try image([("CONFIG_X", true, Self.integer(4))])
        image.hasTypes = false
        let object = try image.read()
        let error = try #require(throws: ObjectError.self) { try object.assemble(object.programs[0]) }
        #expect(error.code == .unsupported)
        #expect(error.description.contains("'CONFIG_X'"))
        #expect(error.description.contains("-g"))
    }

    // MARK: Values

    @Test func anOptionThatIsChosenIsWrittenAsItsTypeWants() throws {
        let bool = Self.integer(1, encoding: Self.boolean)
        #expect(try bytes(bool, "y") == [1])
        #expect(try bytes(bool, "n") == [0])
        #expect(try bytes(Self.tristate, "n") == [0, 0, 0, 0])
        #expect(try bytes(Self.tristate, "y") == [1, 0, 0, 0])
        #expect(try bytes(Self.tristate, "m") == [2, 0, 0, 0])
        #expect(try bytes(Self.integer(1, encoding: Self.character), "m") == [UInt8(ascii: "m")])
        #expect(try refusal(bool, "m").description.contains("_Bool"))
        for type in [Self.integer(4), Self.text(4)] { _ = try refusal(type, "y") }
    }

    @Test(
        arguments: [
            (4, 0, "250", [250, 0, 0, 0]), (4, 0, "0xff", [255, 0, 0, 0]), (4, 0, "0XfF", [255, 0, 0, 0]), (4, 0, "010", [8, 0, 0, 0]),
            (4, 0, "0", [0, 0, 0, 0]), (4, 0, "+7", [7, 0, 0, 0]), (4, 0, "4294967295", [255, 255, 255, 255]), (4, 1, "-5", [251, 255, 255, 255]),
            (4, 1, "-2147483648", [0, 0, 0, 128]), (4, 1, "2147483647", [255, 255, 255, 127]), (2, 0, "65535", [255, 255]),
            (2, 1, "-32768", [0, 128]),
            (1, 0, "255", [255]), (1, 1, "-128", [128]), (1, 1, "127", [127]),
            (8, 0, "0xffffffffffffffff", [255, 255, 255, 255, 255, 255, 255, 255]),
            (8, 1, "0xdead000000000000", [0, 0, 0, 0, 0, 0, 0xAD, 0xDE]), (8, 0, "-1", [255, 255, 255, 255, 255, 255, 255, 255]),
            (4, 0, "-0", [0, 0, 0, 0]),
        ] as [(UInt32, UInt32, String, [UInt8])])
    func aNumberIsWrittenInTheVariablesSize(_ size: UInt32, _ encoding: UInt32, _ text: String, _ expected: [UInt8]) throws {
        #expect(try bytes(Self.integer(size, encoding: encoding), text) == expected)
    }

    @Test(
        arguments: [
            (4, 0, "4294967296"), (4, 0, "-1"), (4, 1, "2147483648"), (4, 1, "-2147483649"), (2, 0, "65536"), (2, 1, "32768"), (1, 0, "256"),
            (1, 1, "128"),
            (1, 1, "-129"), (4, 1, "18446744073709551615"), (4, 1, "-18446744073709551615"),
        ] as [(UInt32, UInt32, String)])
    func aNumberThatDoesNotFitIsRefusedWithIt(_ size: UInt32, _ encoding: UInt32, _ text: String) throws {
        let error = try refusal(Self.integer(size, encoding: encoding), text)
        #expect(error.description.contains(text))
        #expect(error.description.contains("\(size) byte"))
    }

    @Test(arguments: ["", " 5", "5 ", "0x", "0xg", "08", "--5", "+-5", "1e3", "18446744073709551616", "yes", "maybe", "\"", "\"open", "'a'", "\u{0}"])
    func whatIsNoValueIsRefused(_ text: String) throws {
        for type in [Self.integer(8), Self.text(8), Self.tristate] { _ = try refusal(type, text) }
    }

    @Test func aNumberIsNoChoiceAndNoText() throws {
        for type in [Self.integer(1, encoding: Self.boolean), Self.tristate, Self.text(4)] { _ = try refusal(type, "1") }
    }

    @Test func aTextIsCutSoThatAZeroStandsBehindIt() throws {
        #expect(try bytes(Self.text(8), "\"-cloud\"") == Array("-cloud".utf8) + [0, 0])
        #expect(try bytes(Self.text(7), "\"-cloud\"") == Array("-cloud".utf8) + [0])
        #expect(try bytes(Self.text(4), "\"-cloud\"") == Array("-cl".utf8) + [0])
        #expect(try bytes(Self.text(1), "\"-cloud\"") == [0])
        #expect(try bytes(Self.text(3), "\"\"") == [0, 0, 0])
        _ = try refusal(Self.integer(8), "\"-cloud\"")
    }

    @Test func aWeakExternWithoutAValueIsZeroAndAStrongOneIsNamed() throws {
        let object = try object([("CONFIG_HERE", false, Self.integer(4)), ("CONFIG_GONE", true, Self.integer(8))])
        #expect(
            try object.configured(for: KernelConfiguration(options: ["CONFIG_HERE": "1"])).maps.last?.contents == [
                0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
            ])
        let error = try #require(throws: ObjectError.self) { try object.configured(for: KernelConfiguration(options: ["CONFIG_GONE": "1"])) }
        #expect(error.code == .configuration)
        #expect(error.description.contains("'CONFIG_HERE'"))
    }

    @Test func whatNoOptionSaysIsKnownByName() throws {
        let object = try object([
            ("LINUX_KERNEL_VERSION", false, Self.integer(4)), ("LINUX_HAS_BPF_COOKIE", false, Self.integer(1, encoding: Self.boolean)),
            ("LINUX_HAS_SYSCALL_WRAPPER", false, Self.integer(1, encoding: Self.boolean)), ("LINUX_HAS_WHAT_IS_YET_TO_COME", true, Self.integer(4)),
        ])
        let configuration = KernelConfiguration(version: KernelVersionCode(6, 1, 90), hasAttachCookies: true, hasSystemCallWrappers: false)
        let configured = try object.configured(for: configuration)
        func value(_ name: String) throws -> [UInt8] {
            let variable = try configured.variable(name)
            return Array(try #require(configured.maps.last?.contents)[variable.offset..<variable.offset + variable.size])
        }
        #expect(try value("LINUX_KERNEL_VERSION") == [90, 1, 6, 0])
        #expect(try value("LINUX_HAS_BPF_COOKIE") == [1])
        #expect(try value("LINUX_HAS_SYSCALL_WRAPPER") == [0])
        #expect(try value("LINUX_HAS_WHAT_IS_YET_TO_COME") == [0, 0, 0, 0])
        let error = try #require(throws: ObjectError.self) { try object.configured(for: KernelConfiguration()) }
        #expect(error.description.contains("'LINUX_"))
    }

    @Test func otherNamesAreRefusedEvenWhereTheyAreWeak() throws {
        for (name, isWeak) in [("LINUX_OTHER", false), ("NAME", true), ("config_x", true)] {
            let object = try object([(name, isWeak, Self.integer(4))])
            let error = try #require(throws: ObjectError.self) { try object.configured(for: KernelConfiguration()) }
            #expect(error.code == .configuration)
            #expect(error.description.contains("'\(name)'"))
        }
    }

    @Test func anObjectWithoutExternsNeedsNoConfiguration() throws {
        let object = try ObjectImage().read()
        #expect(!object.needsKernelConfiguration)
        #expect(try object.configured(for: KernelConfiguration()).maps.isEmpty)
    }

    @Test func aConfiguredObjectIsOneOfItsOwnAndNeedsNoOther() throws {
        let object = try object([("CONFIG_X", true, Self.integer(4))])
        let configured = try object.configured(for: KernelConfiguration(options: ["CONFIG_X": "1"]))
        #expect(!configured.needsKernelConfiguration)
        #expect(object.needsKernelConfiguration)
        #expect(try configured.configured(for: KernelConfiguration(options: ["CONFIG_X": "2"])).maps.last?.contents == [2, 0, 0, 0])
    }

    @Test func nobodySetsAnExternByName() throws {
        var object = try object([("CONFIG_X", true, Self.integer(4))])
        let error = try #require(throws: ObjectError.self) { try object.set("CONFIG_X", to: Int32(1)) }
        #expect(error.code == .configuration)
        #expect(error.description.contains("'CONFIG_X'"))
    }

    @Test func aMapWhoseSizeWasChangedIsRefused() throws {
        var object = try object([("CONFIG_X", true, Self.integer(4))])
        for size in [0, 3, 5, .max] as [UInt32] {
            object.maps[0].valueSize = size
            #expect(throws: ObjectError.self) { try object.configured(for: KernelConfiguration()) }
        }
    }

    // MARK: The text of a configuration

    @Test func linesWithOptionsAreReadAndOthersLeftOut() throws {
        let text = """
            #
            # Automatically generated file; DO NOT EDIT.
            #
            CONFIG_CC_VERSION_TEXT="gcc (Debian) 12.2 = new"
            CONFIG_HZ=250\r
            # CONFIG_MODULES is not set
            OTHER=1
             CONFIG_INDENTED=y
            CONFIG_HZ=1000

            CONFIG_LAST=m
            """
        var configuration = KernelConfiguration(options: ["CONFIG_LAST": "y"])
        try configuration.readOptions(ByteView(Array(text.utf8)))
        #expect(
            configuration.options == [
                "CONFIG_CC_VERSION_TEXT": "\"gcc (Debian) 12.2 = new\"", "CONFIG_HZ": "250", "CONFIG_LAST": "y",
            ])
    }

    @Test func onlyWhatIsAskedForIsKept() throws {
        var configuration = KernelConfiguration()
        try configuration.readOptions(ByteView(Array("CONFIG_A=1\nCONFIG_B=2\nCONFIG_AB=3\n".utf8)), only: ["CONFIG_B", "CONFIG_C"])
        #expect(configuration.options == ["CONFIG_B": "2"])
    }

    @Test(arguments: ["CONFIG_A=y\nCONFIG_X\n", "\nCONFIG_X=\n", "\nCONFIG_X=\r\n", "\nCONFIG_X"])
    func aLineWithoutAValueIsNamed(_ text: String) throws {
        var configuration = KernelConfiguration()
        let error = try #require(throws: ObjectError.self) { try configuration.readOptions(ByteView(Array(text.utf8))) }
        #expect(error.code == .malformed)
        #expect(error.description.contains("line 2"))
        #expect(error.description.contains("'CONFIG_X'"))
    }

    @Test func bytesThatAreNoTextHarmNothing() throws {
        var configuration = KernelConfiguration()
        try configuration.readOptions(ByteView([0, 255, 10, 10] + Array("CONFIG_\u{0}=".utf8) + [0xFF, 0xFE, 10]))
        #expect(configuration.options.count == 1)
    }
}
