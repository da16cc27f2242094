// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import Foundation
import Testing

/// Names of C++ as people write them; the expected ones are what c++filt of GNU binutils 2.40 says.
@Suite struct DemanglingTests {
    private static let table = [
        ("_Z3foov", "foo()"),
        ("_Z3fooidcz", "foo(int, double, char, ...)"),
        ("_ZN3foo3barEi", "foo::bar(int)"),
        ("_ZNK1A1BEv", "A::B() const"),
        ("_ZNKR1A1BEv", "A::B() const &"),
        ("_ZNO1A1BEv", "A::B() &&"),
        ("_ZN1AC1ERKS_", "A::A(A const&)"),
        ("_ZN1AD0Ev", "A::~A()"),
        ("_ZN1AIiEC2EOS0_", "A<int>::A(A<int>&&)"),
        ("_ZSt4cout", "std::cout"),
        (
            "_ZNSsC1EPKcRKSaIcE",
            "std::basic_string<char, std::char_traits<char>, std::allocator<char> >::basic_string(char const*, std::allocator<char> const&)"
        ),
        ("_ZNSt6vectorIiSaIiEE9push_backEOi", "std::vector<int, std::allocator<int> >::push_back(int&&)"),
        (
            "_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE6appendERKS4_",
            "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >::append(std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > const&)"
        ),
        ("_Z3maxIiET_S0_S0_", "int max<int>(int, int)"),
        ("_Z1fIJicdEEvDpT_", "void f<int, char, double>(int, char, double)"),
        ("_Z1fIJEEvDpT_", "void f<>()"),
        ("_Z1gPFviEPFivE", "g(void (*)(int), int (*)())"),
        ("_Z1gRA3_KiPA4_A5_c", "g(int const (&) [3], char (*) [4][5])"),
        ("_Z1gM1AiMS_FvcEMS_KFvvE", "g(int A::*, void (A::*)(char), void (A::*)() const)"),
        ("_Z1fIiEPFvcET_", "void (*f<int>(int))(char)"),
        ("_ZlsRSoRK1A", "operator<<(std::ostream&, A const&)"),
        ("_ZN1AltERKS_", "A::operator<(A const&)"),
        ("_ZltIiEbRK1AIT_ES4_", "bool operator< <int>(A<int> const&, A<int> const&)"),
        ("_ZN1AcviEv", "A::operator int()"),
        ("_ZN1AcvT_IcEEv", "A::operator char<char>()"),
        ("_ZN1AcvPT_IcEEv", "A::operator char*<char>()"),
        ("_ZN1AnwEm", "A::operator new(unsigned long)"),
        ("_ZdaPv", "operator delete[](void*)"),
        ("_Zli3_kmy", "operator\"\" _km(unsigned long long)"),
        ("_ZZ4mainENKUlvE_clEv", "main::{lambda()#1}::operator()() const"),
        ("_ZZ1fvENKUliPKcE0_clEiS0_", "f()::{lambda(int, char const*)#2}::operator()(int, char const*) const"),
        ("_ZZ1fvENKUlT_E_clIiEEDaS_", "auto f()::{lambda(auto:1)#1}::operator()<int>(int) const"),
        ("_ZZ1fvE1x", "f()::x"),
        ("_ZZ1fvE1x_0", "f()::x"),
        ("_ZN12_GLOBAL__N_13fooEv", "(anonymous namespace)::foo()"),
        ("_ZN1AUt_3barEv", "A::{unnamed type#1}::bar()"),
        ("_ZTV1A", "vtable for A"),
        ("_ZTI1A", "typeinfo for A"),
        ("_ZTS1A", "typeinfo name for A"),
        ("_ZTT1A", "VTT for A"),
        ("_ZGVZ1fvE1x", "guard variable for f()::x"),
        ("_ZThn8_N1A1fEv", "non-virtual thunk to A::f()"),
        ("_ZTv0_n24_N1A1fEv", "virtual thunk to A::f()"),
        ("_ZTch0_h16_N1A1fEv", "covariant return thunk to A::f()"),
        ("_ZTCN1AE0_1B", "construction vtable for B-in-A"),
        ("_ZTW1x", "TLS wrapper function for x"),
        ("_Z1fI1AXadL_Z1gvEEEvv", "void f<A, &(g())>()"),
        ("_Z1fILi5EEvv", "void f<5>()"),
        ("_Z1fILin5ELj7ELl8ELm9ELb1ELc97EEvv", "void f<-5, 7u, 8l, 9ul, true, (char)97>()"),
        ("_Z1fIL1E3EEvv", "void f<(E)3>()"),
        ("_Z3fooB5cxx11v", "foo[abi:cxx11]()"),
        ("_ZN3foo3barEi.constprop.0", "foo::bar(int) [clone .constprop.0]"),
        ("_ZN3foo3barEi.isra.0.cold", "foo::bar(int) [clone .isra.0] [clone .cold]"),
        ("_Z1fDn", "f(decltype(nullptr))"),
        ("_Z1fu3foo", "f(foo)"),
        ("_Z1fPVKiPrc", "f(int const volatile*, char restrict*)"),
        ("_Z1fDv4_f", "f(float __vector(4))"),
        ("_Z1fnog", "f(__int128, unsigned __int128, __float128)"),
        ("_Z1fCd", "f(double _Complex)"),
        ("_ZNSt8ios_base4InitC1Ev", "std::ios_base::Init::Init()"),
        ("_ZNSolsEi", "std::ostream::operator<<(int)"),
        ("_ZNSi3getERc", "std::istream::get(char&)"),
        ("_Z1fIiEDTcl1gfp_EET_", "decltype (g({parm#1})) f<int>(int)"),
        ("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", "core::fmt::Write::write_fmt"),
        (
            "_ZN71_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$core..ops..drop..Drop$GT$4drop17h89abcdef01234567E",
            "<alloc::vec::Vec<T> as core::ops::drop::Drop>4drop"
        ),
        (
            "_ZNSt3__112basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEEC1ERKS5_",
            "std::__1::basic_string<char, std::__1::char_traits<char>, std::__1::allocator<char> >::basic_string(std::__1::basic_string<char, std::__1::char_traits<char>, std::__1::allocator<char> > const&)"
        ),
        ("_Z1fPDoFvvE", "f(void (*)() noexcept)"),
        ("_ZSt4moveIRiEONSt16remove_referenceIT_E4typeEOS2_", "std::remove_reference<int&>::type&& std::move<int&>(int&)"),
        (
            "_ZN4llvm10checkedAddIiEENSt9enable_ifIXsr3stdE11is_signed_vIT_EESt8optionalIS2_EE4typeES2_S2_",
            "std::enable_if<std::is_signed_v<int>, std::optional<int> >::type llvm::checkedAdd<int>(int, int)"
        ),
    ]

    @Test(arguments: table)
    func aNameIsWrittenAsByCPlusPlusFilter(mangled: String, expected: String) {
        #expect(CPlusPlusName.demangled(mangled) == expected)
    }

    @Test(.enabled(if: Tool.named("c++filt") != nil, "not run, because there is no c++filt"))
    func theNamesOfTheTableAreThoseOfTheMachinesCPlusPlusFilter() throws {
        let (output, _) = try Tool.run("c++filt", ["-i"] + Self.table.map(\.0))
        #expect(output.split(separator: "\n").map(String.init) == Self.table.map(\.1))
    }

    private static let library = [
        "/usr/lib/x86_64-linux-gnu/libstdc++.so.6", "/usr/lib/aarch64-linux-gnu/libstdc++.so.6", "/usr/lib64/libstdc++.so.6",
    ]
    .first { FileManager.default.fileExists(atPath: $0) }

    @Test(.enabled(if: Tool.named("c++filt") != nil && library != nil, "not run, because there is no c++filt or no libstdc++"))
    func allNamesOfTheCPlusPlusLibraryAreWrittenAsByCPlusPlusFilter() throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: try #require(Self.library)))
        let file = try ELFFile(ByteView([UInt8](bytes)))
        let names = Array(Set(try file.dynamicSymbols().map(\.name).filter { $0.hasPrefix("_Z") })).sorted()
        #expect(names.count > 1000)
        var different = 0
        for start in stride(from: 0, to: names.count, by: 1000) {
            let part = names[start..<min(names.count, start + 1000)]
            let (output, _) = try Tool.run("c++filt", ["-i"] + part)
            for (name, expected) in zip(part, output.split(separator: "\n")) where CPlusPlusName.demangled(name) ?? name != expected {
                different += 1
                if different < 10 { Issue.record("\(name): \(CPlusPlusName.demangled(name) ?? "unread"), not \(expected)") }
            }
        }
        #expect(different == 0)
    }

    @Test(arguments: [
        "", "_", "_Z", "_Z0", "_Z1", "_Z3fo", "_ZN", "_ZNE", "_ZN3fooE3", "_Z3fooS_", "_Z3fooS9999999999999999_", "_Z3fooT_",
        "_Z99999999999999999999a",
        "_ZSt", "_ZS", "_ZT", "_ZTV", "_ZTh", "_ZThn", "_ZZ1f", "_ZZ1fE", "_ZN1AC9Ev", "_ZNC1Ev", "_Z1fL", "_Z1fIL", "_Z1fILi",
        "_Z1fIXE", "_Z1fA", "_Z1fA3", "_Z1fDp", "_Z1fU", "_ZcvT_", "_Z1fv_", "_Z1fv.", "_Z1fv..a", "main", "_R1f", "$s1fyyF", "_Z1f\u{0}v",
        "_Z\u{1F600}", "_Z1fIXsrN1aIL_ZNStEEL_ZNStEE!", "_ZNStEE",
    ])
    func whatIsNoNameIsNotRead(name: String) {
        #expect(CPlusPlusName.demangled(name) == nil)
    }

    @Test func partsInPartsEndSoonAndWithoutATrap() {
        for unit in [
            "P", "K", "R", "A_", "N", "1a", "S_", "F", "M", "Z", "X", "I", "St", "Dp", "J", "1aI", "L_Z1a", "Dt", "1aIS_S_", "UlT_E_", "cv", "X1a",
            "srN", "XsrN1aIL_ZNStEE",
        ] {
            for head in ["_Z", "_Z1f", "_ZN", "_Z1fI", "_ZN1fI", "_Z1fIiEv"] {
                for count in [50, 90, 100, 4000] {
                    let name = String((head + String(repeating: unit, count: count)).prefix(CPlusPlusName.limit))
                    _ = CPlusPlusName.demangled(name)
                    _ = CPlusPlusName.demangled(name + "E")
                }
            }
        }
    }

    @Test func aNameThatDoublesWithEachPartIsNone() {
        var name = "_Z1f1aIiiE"
        for index in 0..<300 {
            // Each part is a name and its template.
            let part = "S" + String(2 * index, radix: 36, uppercase: true) + "_"
            name += "1aI\(part)\(part)E"
        }
        #expect(name.utf8.count < CPlusPlusName.limit)
        #expect(CPlusPlusName.demangled(name) == nil)
    }

    @Test func damagedNamesAreReadOrNot() {
        let letters = Array("_ZNSTIEPRKOFDvicJXLMUlt0123456789ABCabdgnops.".utf8)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var name = Array(Self.table.randomElement(using: &random)?.0.utf8 ?? "".utf8)
            for _ in 0..<3 where name.count > 3 {
                let place = Int.random(in: 2..<name.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: name[place] = letters.randomElement(using: &random) ?? 0
                case 1: name.remove(at: place)
                default: name.insert(letters.randomElement(using: &random) ?? 0, at: place)
                }
            }
            let text = String(decoding: name, as: UTF8.self)
            #expect((CPlusPlusName.demangled(text)?.utf8.count ?? 0) < 128 * 1024, "\(text)")
        }
    }
}
