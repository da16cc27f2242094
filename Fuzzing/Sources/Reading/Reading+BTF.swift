// SPDX-License-Identifier: Apache-2.0

public import BTF
public import Bytes

extension Reading {
    /// Reads BTF with all of its types, prints, sanitises, copies and de-duplicates it, and reads it again as standing on itself.
    ///
    /// - Throws: `BTFError` where the bytes are refused.
    public static func btf(_ bytes: ByteView) throws(BTFError) {
        let types = try BTF(bytes)
        readTypes(of: types)
        rewrite(types)
        print(types)
        printValues(of: types, bytes)
        // The same bytes once more, continuing their own numbers and strings.
        guard let split = ask({ () throws(BTFError) in try BTF(bytes, base: types) }) else { return }
        check(split.count == 2 * types.count - 1, "split types do not continue the numbers of their base")
        readTypes(of: split)
        ask { () throws(BTFError) in try split.relocated(onto: types) }
        ask { () throws(BTFError) in try split.deduplicated() }
        print(split)
    }

    /// Decodes every type.
    static func readTypes(of types: BTF) {
        for id in types.typeIDs {
            ask { () throws(BTFError) in try types.type(id) }
            ask { () throws(BTFError) in try types.kind(of: id) }
        }
        for id in types.typeIDs.prefix(sample) {
            ask { () throws(BTFError) in try types.resolve(id).id }
            ask { () throws(BTFError) in try types.byteCount(of: id) }
            guard let name = ask({ () throws(BTFError) in try types.name(of: id) }), let kind = try? types.kind(of: id) else { continue }
            let found = types.types(named: name, kinds: [kind])
            check(name.isEmpty || name.utf8.contains(0xEF) || found.contains(id), "a type is not found by its name")
            _ = types.types(namedIgnoringFlavor: essentialName(name), kinds: Set(BTFKind.allCases))
        }
        types.indexNames()
        check(types.types(ofKinds: Set(BTFKind.allCases)).count == types.count - 1, "not every type is of a kind")
        for id in [TypeID(0), TypeID(UInt32(types.count)), TypeID(.max)] { ask { () throws(BTFError) in try types.type(id) } }
        _ = types.string(at: 0) + types.string(at: .max)
    }

    /// Everything that makes other bytes of the types.
    private static func rewrite(_ types: BTF) {
        let copy = ask { () throws(BTFError) in try BTFBuilder(copying: types).btf() }
        check(copy?.count == types.count, "a copy has not as many types")
        for features in [BTFFeatures(), .ofKernel(major: 5, minor: 10), .all] {
            ask { () throws(BTFError) in try types.sanitized(for: features) }
        }
        var sections: [TypeID: BTF.DataSectionLayout] = [:]
        for id in types.types(ofKinds: [.dataSection]) {
            sections[id] = BTF.DataSectionLayout(byteCount: .max, offsets: [0, 8, .max])
        }
        ask { () throws(BTFError) in try types.bytes(layingOut: sections) }
        guard let (smaller, map) = ask({ () throws(BTFError) in try types.deduplicated() }) else { return }
        check(map.count == types.count && map.allSatisfy { Int($0.rawValue) < smaller.count }, "a type has no number after de-duplication")
        guard let again = ask({ () throws(BTFError) in try smaller.deduplicated() }) else { return }
        check(again.btf.count == smaller.count, "de-duplication finds more when it is done again")
    }

    /// Prints values of the types, of which the types' own bytes stand for any; each has bits of both kinds.
    private static func printValues(of types: BTF, _ bytes: ByteView) {
        let ones = [UInt8](repeating: 0xFF, count: 64)
        for id in types.typeIDs.prefix(sample) {
            for value in [bytes, ByteView(ones)] {
                _ = types.json(of: id, value, limit: 1 << 10)
                _ = types.text(of: id, value, limit: 1 << 10)
            }
        }
    }

    /// Prints the types in every form; what cannot be printed must end with an error.
    private static func print(_ types: BTF) {
        var text: [UInt8] = []
        var c = CPrinter(types)
        while ask({ () throws(BTFError) in try c.append(to: &text) }) == true { text.removeAll(keepingCapacity: true) }
        var json = JSONPrinter(types)
        while ask({ () throws(BTFError) in try json.append(to: &text) }) == true { text.removeAll(keepingCapacity: true) }
        for id in types.types(ofKinds: [.structure, .union, .enumeration, .enumeration64, .alias]).prefix(sample / 2) {
            guard let name = ask({ () throws(BTFError) in try types.name(of: id) }),
                var swift = ask({ () throws(BTFError) in try SwiftPrinter(types, only: [name]) })
            else { continue }
            while ask({ () throws(BTFError) in try swift.append(to: &text) }) == true { text.removeAll(keepingCapacity: true) }
        }
    }
}
