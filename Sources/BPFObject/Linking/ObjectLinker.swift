// SPDX-License-Identifier: Apache-2.0

public import Bytes
import ELF

/// Makes one eBPF object of several, as `bpftool gen object` does: what one file declares `extern` is what another defines.
///
/// ```swift
/// var linker = ObjectLinker()
/// try linker.add(ByteView(main), named: "main.bpf.o")
/// try linker.add(ByteView(library), named: "library.bpf.o")
/// let object = try linker.bytes()
/// ```
///
/// The rules are those of libbpf's linker (`tools/lib/bpf/linker.c`):
/// - Sections of one name follow each other in one section, in the order in which the files were added. Of `license` and `version` one is
///   kept, and all must agree. Debugging information for user space (DWARF) and lists for linkers of machine code are left out.
/// - Of several definitions of one global function, variable or map, a strong one wins over weak ones, and the first weak one over other
///   weak ones; two strong ones are an error. Static ones never meet. What is hidden in one file is hidden in the result.
/// - Declarations and definitions of one name must have types that agree, so each file needs its types (`-g`). Externs that nobody defines stay
///   externs: the kernel's (sections `.ksyms`, `.kconfig`), and those that a further link resolves.
/// - Types become one of each (``BTF/BTF/deduplicated()``), and the records about instructions move with them.
///
/// One file alone comes out normalised. The same files in the same order give the same bytes. Objects of either byte order are linked, on any
/// machine. What comes out loads with any loader; externs that were resolved need nothing of the kernel.
public struct ObjectLinker: Sendable {
    private var inputs: [LinkInput] = []

    /// Nothing to link yet.
    public init() {}

    /// Adds an object behind the others.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - name: what errors call it: a path.
    /// - Throws: ``LinkError`` where the bytes are no relocatable eBPF object, have another byte order than those before, end early, contradict
    ///   themselves, or use what is not linked here. The linker then is as it was.
    public mutating func add(_ bytes: ByteView, named name: String) throws(LinkError) {
        let input = try LinkInput(bytes, name: name)
        if let first = inputs.first, first.elf.byteOrder != input.elf.byteOrder {
            throw LinkError(.byteOrder, [first.name, name], "they have different byte orders; compile them with the same '-target'")
        }
        inputs.append(input)
    }

    /// The linked object.
    ///
    /// - Throws: ``LinkError``, which names the files, the symbol and the cause.
    public func bytes() throws(LinkError) -> [UInt8] {
        guard let first = inputs.first else { throw LinkError(.noFiles, [], "there is no file to link") }
        var sections = try LinkedSections(inputs)
        let symbols = try LinkedSymbols(inputs, sections)
        let relocations = try LinkedRelocations(inputs, symbols, &sections)
        let types = try LinkedTypes(inputs, sections, symbols)
        var writer = ELFWriter(machine: .bpf, byteOrder: first.elf.byteOrder)
        let sectionIDs = sections.write(to: &writer)
        let symbolIDs = symbols.write(to: &writer, sections, sectionIDs)
        relocations.write(to: &writer, sectionIDs, symbolIDs)
        types.write(to: &writer)
        do { return try writer.bytes() } catch { throw LinkError(.elf(error), [], error.description) }
    }
}
