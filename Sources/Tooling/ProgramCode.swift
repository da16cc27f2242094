// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The code of this program and of its libraries, as far as it is in memory.
public enum ProgramCode {
    /// Gives back the memory of code that was used. What is used again comes back from the page cache, for some microseconds.
    ///
    /// A tool reads its arguments, an object and the kernel's types once, and then prints for days. The kernel brings sixteen pages of a file
    /// into memory where one is used, so that most of a program is there after it has begun, and nobody takes it away while there is memory.
    ///
    /// Only what is mapped for reading and running is given back: its pages are the file's own.
    public static func giveBack() {
        _ = linux_each_loaded_program { program, _, _ in
            guard let program = program?.pointee, let headers = program.headers else { return 0 }
            let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
            for header in UnsafeBufferPointer(start: headers, count: Int(program.header_count)) {
                guard header.p_type == 1, header.p_flags & 3 == 1 else { continue }  // PT_LOAD, with PF_X and without PF_W
                let start = (UInt(program.address) &+ UInt(header.p_vaddr)) & ~(page &- 1)
                let end = (UInt(program.address) &+ UInt(header.p_vaddr) &+ UInt(header.p_memsz) &+ page &- 1) & ~(page &- 1)
                // That it fails is no harm: the memory stays.
                _ = madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end &- start), MADV_DONTNEED)
            }
            return 0
        }
    }
}
