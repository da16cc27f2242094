// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import ELF
import TestImages
import Testing

/// Links images, which errors call `a.o`, `b.o` and so on.
func link(_ images: [ObjectImage]) throws(LinkError) -> [UInt8] {
    var linker = ObjectLinker()
    for (image, letter) in zip(images, "abcdefgh") { try linker.add(ByteView(image.bytes()), named: "\(letter).o") }
    return try linker.bytes()
}

/// What linking images is refused with.
func linkError(_ images: ObjectImage..., at location: SourceLocation = #_sourceLocation) throws -> LinkError {
    try #require(throws: LinkError.self, sourceLocation: location) { try link(images) }
}

/// A linked file, taken apart.
struct LinkedFile {
    let bytes: [UInt8]
    let elf: ELFFile
    let symbols: [Symbol]

    init(_ images: ObjectImage...) throws {
        bytes = try link(images)
        elf = try ELFFile(ByteView(bytes))
        symbols = try elf.symbols()
    }

    func section(_ name: String) throws -> Section {
        let all = elf.sections.filter { $0.name == name }
        guard all.count == 1 else { throw Unexpected("\(all.count) sections '\(name)'") }
        return all[0]
    }

    /// The only symbol of a name.
    func symbol(_ name: String) throws -> Symbol {
        let all = symbols.filter { $0.name == name }
        guard all.count == 1 else { throw Unexpected("\(all.count) symbols '\(name)'") }
        return all[0]
    }

    func relocations(of name: String) throws -> [Relocation] { elf.relocations(of: try section(name)) }

    /// The symbol that a relocation refers to.
    func symbol(of relocation: Relocation) throws -> Symbol {
        guard symbols.indices.contains(relocation.symbolIndex) else { throw Unexpected("symbol \(relocation.symbolIndex)") }
        return symbols[relocation.symbolIndex]
    }

    func code(_ name: String) throws -> [Instruction] {
        try #require(Instruction.decode(try section(name).bytes, order: .native))
    }

    func types() throws -> BTF { try BTF(try section(".BTF").bytes) }

    func records() throws -> BTFExtension { try BTFExtension(try section(".BTF.ext").bytes, btf: try types()) }

    /// A data section of the types, as `name@offset:size`.
    func dataSection(_ name: String) throws -> [String] {
        let btf = try types()
        let id = try #require(btf.types(named: name, kinds: [.dataSection]).first)
        guard case .dataSection(let section) = try btf.type(id) else { return [] }
        return try section.variables.map { "\(try btf.name(of: $0.type))@\($0.byteOffset):\($0.byteCount)" }
    }

    func object() throws -> ObjectFile { try ObjectFile(ByteView(bytes)) }
}

extension ObjectImage {
    /// Adds `int NAME(void)` in `.text`, or a weak one; answers the section's index.
    @discardableResult
    mutating func addDefinition(_ name: String, returning value: Int32 = 0, binding: UInt8 = 1, in section: String = ".text") -> Int {
        let int = types.integer("int", size: 4, encoding: 1)
        types.function(name, prototype: types.prototype(result: int, []))
        let index = addFunction(name, in: section, [.move(0, value), .exit])
        symbols[symbols.count - 1].binding = binding
        return index
    }

    /// Adds `extern int NAME(void)`.
    mutating func addDeclaration(_ name: String, binding: UInt8 = 1) {
        let int = types.integer("int", size: 4, encoding: 1)
        types.function(name, prototype: types.prototype(result: int, []), linkage: 2)
        symbols.append(SymbolImage(name, kind: 0, binding: binding, section: 0))
    }

    /// Adds an extern variable of a type; with a section, one that belongs there.
    mutating func addExtern(_ name: String, _ type: UInt32, in section: String? = nil, size: UInt32 = 4, binding: UInt8 = 1) {
        let variable = types.variable(name, type, linkage: 2)
        if let section { types.dataSection(section, size: 0, [(variable, 0, size)]) }
        symbols.append(SymbolImage(name, kind: 0, binding: binding, section: 0))
    }

    /// Adds the licence.
    mutating func addLicense(_ text: String) {
        let character = types.integer("char", size: 1, encoding: 1)
        let bytes = Array(text.utf8) + [0]
        let array = types.array(of: character, count: UInt32(bytes.count))
        addVariables("license", bytes: bytes, [("_license", array, 0, UInt32(bytes.count))])
    }

    /// Adds a hash table of `int` to `int`; answers the number of the type of its declaration.
    mutating func mapType(maxEntries: UInt32 = 16, kind: UInt32 = 1, keySize: UInt32 = 4) -> UInt32 {
        let int = types.integer("int", size: 4, encoding: 1)
        func number(_ value: UInt32) -> UInt32 { types.pointer(to: types.array(of: int, count: value)) }
        let key = types.pointer(to: types.integer("key", size: keySize))
        let value = types.pointer(to: int)
        return types.structure(
            "", size: 32,
            [
                .init("type", number(kind), at: 0), .init("max_entries", number(maxEntries), at: 64), .init("key", key, at: 128),
                .init("value", value, at: 192),
            ])
    }

    /// Adds the symbol that stands for a section.
    mutating func addSectionSymbol(of section: Int) {
        // Named, so that relocations of the image find it; which name a section's symbol has does not matter.
        symbols.append(SymbolImage("section\(section)", kind: 3, binding: 0, section: UInt16(section)))
    }
}
