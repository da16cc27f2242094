// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import ELF
import Foundation
import TestImages
import Testing

/// Types of linked objects, beside what bpftool makes of them.
@Suite struct LinkedObjectsTests {
    static let isPossible = Bpftool.newest != nil && Program.named("clang") != nil
    static let missing: Comment = "not run, because there is no bpftool (EBPF_LOADERS names none) or no clang on the PATH"

    static let common = """
        struct node { int v; struct node *next; struct late *l; };
        typedef unsigned int u32;
        struct wrap {
            struct node n; enum color { RED, GREEN = 7 } c; u32 a[4]; const volatile char *s;
            int (*callback)(struct wrap *w, u32 x); union { int i; float f; }; unsigned bits: 3, more: 5;
        };

        """
    static let sources = [
        common + """
            struct wrap first = {}; struct late *hidden;
            __attribute__((section("tc"))) int one(struct wrap *ctx) { return ctx->n.v + first.a[1]; }
            char _license[] __attribute__((section("license"))) = "GPL";
            """,
        "struct late { long x; struct node *n; };\n" + common + """
            struct other { struct late l; long y; };
            struct wrap second = {}; struct other third = {};
            static int inner(struct wrap *w) { return w->c; }
            __attribute__((section("tc"))) int two(struct wrap *ctx) { return ctx->n.v + second.a[1] + third.y + inner(ctx); }
            """,
    ]

    private func types(_ file: URL) throws -> BTF {
        let elf = try ELFFile(ByteView([UInt8](try Data(contentsOf: file))))
        return try BTF(try #require(elf.section(named: ".BTF")).bytes)
    }

    private func countsByKind(_ btf: BTF) throws -> [BTFKind: Int] {
        var counts: [BTFKind: Int] = [:]
        for id in btf.typeIDs { counts[try btf.kind(of: id), default: 0] += 1 }
        counts[.variable] = nil
        counts[.dataSection] = nil
        return counts
    }

    /// As many of each kind as bpftool's linker leaves, which de-duplicates with libbpf, but for what only a linker does: it makes
    /// one of the data sections of one name, and one of the variables that several objects know by one name. So variables and data
    /// sections are left out.
    ///
    /// What bpftool makes is taken as it is, unless its libbpf is older than 1.1, which leaves declarations of which a graph says nothing though one
    /// struct alone has that name. Where something was left so, what it leaves is de-duplicated once more, and the test says less.
    private func compare(_ objects: [URL], in directory: URL) throws {
        let linked = directory.appendingPathComponent("linked.o")
        let bpftool = try #require(Bpftool.newest)
        try Program.run(bpftool.path, ["gen", "object", linked.path] + objects.map(\.path), in: directory)
        let wanted = try types(linked)
        var builder = BTFBuilder()
        for object in objects { try builder.append(contentsOf: types(object)) }
        let (found, _) = try builder.btf().deduplicated()
        let counts = try countsByKind(found)
        let isIncomplete = try !bpftool.resolvesLoneDeclarations && leavesDeclarations(wanted)
        let wantedCounts = try countsByKind(isIncomplete ? wanted.deduplicated().btf : wanted)
        #expect(counts == wantedCounts, "\(objects.map(\.lastPathComponent))")
        #expect(try found.deduplicated().btf.count == found.count)
    }

    /// Whether something is declared that exactly one struct or union is.
    private func leavesDeclarations(_ btf: BTF) throws -> Bool {
        for id in btf.typeIDs {
            guard case .forward(let name, let isUnion) = try btf.type(id) else { continue }
            let namesakes = btf.types(named: name, kinds: [.structure, .union])
            if try namesakes.count == 1 && btf.kind(of: namesakes[0]) == (isUnion ? .union : .structure) { return true }
        }
        return false
    }

    @Test(.enabled(if: isPossible, missing))
    func twoCompiledObjectsHaveAsManyTypesAsBpftoolLeaves() throws {
        try Program.withDirectory { directory in
            var objects: [URL] = []
            for (index, source) in Self.sources.enumerated() {
                let file = directory.appendingPathComponent("\(index).c")
                try Data(source.utf8).write(to: file)
                let object = directory.appendingPathComponent("\(index).o")
                try Program.run("clang", ["-target", "bpf", "-g", "-O2", "-c", file.path, "-o", object.path], in: directory)
                objects.append(object)
            }
            try compare(objects, in: directory)
        }
    }

    static let corpus = ProcessInfo.processInfo.environment["EBPF_CORPUS"]

    @Test(
        .enabled(if: Bpftool.newest != nil, "not run, because there is no bpftool, and EBPF_LOADERS names none"),
        .enabled(if: corpus != nil, "not run, because EBPF_CORPUS names no directory of objects"))
    func pairsOfObjectsThatOthersWroteHaveAsManyTypesAsBpftoolLeaves() throws {
        let root = URL(fileURLWithPath: try #require(Self.corpus))
        let all = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        let objects = all.filter { $0.lastPathComponent.hasSuffix(".bpf.o") }.sorted { $0.path < $1.path }
        var compared = 0
        try Program.withDirectory { directory in
            for (index, first) in objects.enumerated() where compared < 40 {
                // Objects whose symbols conflict cannot be linked; of the others a few with each will do.
                var partners = 0
                for second in objects[(index + 1)...].prefix(8) where partners < 2 {
                    let linked = directory.appendingPathComponent("try.o").path
                    guard (try? Program.run(Bpftool.newest?.path ?? "", ["gen", "object", linked, first.path, second.path], in: directory)) != nil
                    else { continue }
                    try compare([first, second], in: directory)
                    partners += 1
                    compared += 1
                }
            }
        }
        #expect(compared > 0)
    }
}
