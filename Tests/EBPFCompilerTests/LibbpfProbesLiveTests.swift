// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import Bytes
import CNamespaces
import EBPF
import EBPFCompiler
import Glibc
import TestImages
import Testing

/// Objects that were compiled against libbpf's own header for probes that programs declare (USDT): `bpf/usdt.bpf.h` below `/usr/include` or the directory
/// that EBPF_LIBBPF names, whatever libbpf's version.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct LibbpfProbesTests {
    private static let headers = getenv("EBPF_LIBBPF").map { String(cString: $0) } ?? "/usr/include"
    private static var isInstalled: Bool { access(headers + "/bpf/usdt.bpf.h", R_OK) == 0 }

    #if arch(arm64)
        private static let machine = (define: "__TARGET_ARCH_arm64", directory: "/usr/include/aarch64-linux-gnu")
    #else
        private static let machine = (define: "__TARGET_ARCH_x86", directory: "/usr/include/x86_64-linux-gnu")
    #endif

    private static let source = """
        #define \(machine.define)
        #include <linux/bpf.h>
        #include <linux/ptrace.h>
        #include <stdbool.h>
        #include <bpf/bpf_helpers.h>
        #include <bpf/bpf_tracing.h>
        #include <bpf/usdt.bpf.h>

        char _license[] SEC("license") = "GPL";
        const volatile int process = 0;
        long seen = 0, cookie = 0, count = 0;
        long values[4] = {};

        static __always_inline int note(struct pt_regs *ctx, long first, long second, long third) {
            if ((int)(bpf_get_current_pid_tgid() >> 32) != process)
                return 0;
            __sync_fetch_and_add(&seen, 1);
            values[0] = first;
            values[1] = second;
            values[2] = third;
            cookie = bpf_usdt_cookie(ctx);
            count = bpf_usdt_arg_cnt(ctx);
            return 0;
        }
        SEC("usdt//proc/self/exe:trial:called")
        int BPF_USDT(called, int first, long second, int third) { return note(ctx, first, second, third); }
        SEC("usdt//proc/self/exe:trial:twice")
        int BPF_USDT(twice, int first, long second, long third) { return note(ctx, first, second, third); }
        """

    @Test(.enabled(if: isInstalled, "not run, because libbpf's usdt.bpf.h is not installed (Debian: libbpf-dev)"))
    func programsOfLibbpfReadTheArguments() throws {
        let scratch = try ScratchDirectory()
        let half = try CompiledHalf.kernelHalf(Self.source, in: scratch, includes: [Self.headers, "/usr/include", Self.machine.directory])
        var object = try ObjectFile(ByteView(half.compile().object))
        try object.set("process", to: getpid())
        let loaded = try object.load()
        let link = try loaded.program("called").attach(AttachOptions(cookie: 77, process: getpid()))
        _ = probed_function(-5, 1 << 40 | 6)
        #expect(try loaded.value(of: "seen", as: Int.self) == 1)
        #expect(try Self.values(loaded) == [-5, 1 << 40 | 6, 7])
        #expect(try loaded.value(of: "cookie", as: Int.self) == 77)
        #expect(try loaded.value(of: "count", as: Int.self) == 3)
        link.detach()
        // The header says whether it knows index registers.
        let knows = (try? object.btf?.types(named: "__bpf_usdt_arg_type", kinds: [.enumeration]).first.map { try object.btf?.type($0) }) ?? nil
        guard case .enumeration(let kinds)? = knows, kinds.values.contains(where: { $0.name == "BPF_USDT_ARG_SIB" }) else {
            let error = #expect(throws: EBPFError.self) { _ = try loaded.program("twice").attach(AttachOptions(process: getpid())) }
            #expect(error?.code == .unsupported)
            return
        }
        let places = try loaded.program("twice").attach(AttachOptions(process: getpid()))
        _ = [11, 22, 33].withUnsafeBufferPointer { probed_twice(1, $0.baseAddress) }
        #expect(try loaded.value(of: "seen", as: Int.self) == 3)
        #expect(try Self.values(loaded) == [1, 11, 33])
        #expect(try loaded.value(of: "count", as: Int.self) == 4)
        places.detach()
    }

    private static func values(_ loaded: LoadedObject) throws -> [Int] {
        let all = try loaded.value(of: "values", as: (Int, Int, Int, Int).self)
        return [all.0, all.1, all.2]
    }
}
