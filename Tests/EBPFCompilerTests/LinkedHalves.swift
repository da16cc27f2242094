// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Bytes
import Foundation
import TestImages

/// Kernel halves in C that need each other, compiled one by one and linked.
struct LinkedHalves {
    let bytes: [UInt8]
    /// Each half as the compiler wrote it, with its DWARF.
    let objects: [[UInt8]]

    /// What all halves begin with: no header of this package, so that nothing but the compiler is in between.
    static let head = """
        typedef unsigned int u32; typedef unsigned long long u64;
        #define section(name) __attribute__((section(name)))
        #define noinline __attribute__((noinline))
        #define weak __attribute__((weak))
        #define unused __attribute__((unused))
        #define hidden __attribute__((visibility("hidden")))
        #define NUMBER(name, value) int (*name)[value]
        #define TYPE(name, type) typeof(type) *name
        unused static void *(*bpf_map_lookup_elem)(void *, const void *) = (void *)1;
        unused static u64 (*bpf_get_current_pid_tgid)(void) = (void *)14;
        struct entry { u64 first; u32 second; };
        char _license[] section("license") = "GPL";

        """

    /// Links the sources in their order; errors call them `0.o`, `1.o` and so on.
    init(_ sources: [String], bigEndian: Bool = false) throws {
        objects = try sources.map { try Self.compile($0, bigEndian: bigEndian) }
        var linker = ObjectLinker()
        for (index, object) in objects.enumerated() { try linker.add(ByteView(object), named: "\(index).o") }
        bytes = try linker.bytes()
    }

    private static func compile(_ source: String, bigEndian: Bool) throws -> [UInt8] {
        let scratch = try ScratchDirectory()
        try scratch.write(head + source, to: "half.c")
        let object = scratch.path + "/half.o"
        try run(
            Toolchain.tool("clang"),
            ["-target", bigEndian ? "bpfeb" : "bpfel", "-mcpu=v3", "-g", "-O2", "-Wall", "-Werror", "-c", scratch.path + "/half.c", "-o", object])
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: object)))
    }

    /// Runs a program to its end; throws with what it said where it fails.
    @discardableResult
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Unexpected("\(program): \(said.prefix(4000))") }
        return said
    }
}

extension LinkedHalves {
    /// A program that calls a function, and uses a map and a variable, all of which the other half defines.
    static let user = """
        extern struct { NUMBER(type, 1); NUMBER(max_entries, 64); TYPE(key, u32); TYPE(value, struct entry); } entries section(".maps");
        extern struct { NUMBER(type, 2); NUMBER(max_entries, 1); TYPE(key, u32); TYPE(value, u64); } counts section(".maps");
        extern int add(int a, int b);
        extern int twice(int x);
        extern u64 total;
        const volatile u32 target_pid = 0;
        static volatile u32 count = 3;
        static const volatile u32 table[4] = { 10, 20, 30, 40 };

        static noinline int local(int x) { count += 1; return x + count; }
        weak noinline int either(int x) { return x + 1; }

        section("tracepoint/syscalls/sys_enter_getpgid") int uses(void *context) {
            u32 key = 0;
            if (target_pid != bpf_get_current_pid_tgid() >> 32) return 0;
            struct entry *entry = bpf_map_lookup_elem(&entries, &key);
            if (entry) entry->first += 1;
            u64 *value = bpf_map_lookup_elem(&counts, &key);
            if (value) *value += local(1) + table[2];
            total += add(100, 20) + twice(500) + either(10000);
            return 0;
        }
        """

    static let owner = """
        struct { NUMBER(type, 2); NUMBER(max_entries, 1); TYPE(key, u32); TYPE(value, u64); } counts section(".maps");
        struct { NUMBER(type, 1); NUMBER(max_entries, 64); TYPE(key, u32); TYPE(value, struct entry); } entries section(".maps");
        u64 total = 7;
        u64 others section(".data.others") = 1;
        static volatile u32 count = 70;
        static const volatile u32 table[2] = { 1, 2 };

        static noinline int local(int x) { count += 1; return x + count; }
        int add(int a, int b) { return local(a) + b; }
        hidden noinline int twice(int x) { return x * table[1]; }
        noinline int either(int x) { return x * 2; }

        section("tracepoint/syscalls/sys_enter_getsid") int owns(void *context) {
            others += either(4);
            return local(1);
        }
        """
}
