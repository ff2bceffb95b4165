/* SPDX-License-Identifier: MIT
 *
 * A program in C++ with one of each kind of handle, for a debugger to look at: it stops at look.
 * Knows public headers only; its classes are in a namespace, as most are.
 * tests/debugger/gdb_shows.py says what is to be seen. */
#include <holdfast/holdfast.hpp>

namespace zoo
{

class animal
{
  public:
    explicit animal(int number) : number_(number)
    {
    }

    int number_;
    hf::edge<animal> left_, row_[2];
    hf::weak<animal> back_, lost_;
    hf::ref<animal> kept_;
};
HF_DECLARE(animal);
HF_CLASS(animal, HF_STRONG(animal, left_), HF_STRONG_ARRAY(animal, row_), HF_WEAK(animal, back_),
         HF_WEAK(animal, lost_));

} // namespace zoo

using zoo::animal;

/* Where the debugger stops. */
__attribute__((noinline)) static void
look(const hf::ref<animal> &whole, const hf::ref<animal> &none, const hf::unique<animal> &alone,
     const animal *plain)
{
    __asm__ volatile("" : : "r"(&whole), "r"(&none), "r"(&alone), "r"(plain) : "memory");
}

static hf::ref<animal>
build()
{
    hf::ref<animal> whole = hf::make<animal>(1);
    hf::give(whole, &animal::left_, hf::make<animal>(2));
    hf::give_at(whole, &animal::row_, 1, hf::make<animal>(3));
    whole->back_ = hf::borrow(whole->left_.get());
    whole->lost_ = hf::make<animal>(4);
    whole->kept_ = hf::make<animal>(5);
    return whole;
}

int
main()
{
    hf::ref<animal> whole = build(), none;
    hf::unique<animal> alone = hf::new_unique<animal>(6);
    look(whole, none, alone, whole.get());
}
