/* SPDX-License-Identifier: MIT
 *
 * Inboxes: a C++ class whose objects C holds, and which holds objects of C.
 * Knows letters by mail.h, and the public headers. docs/cplusplus.md shows the parts between the
 * marks. */
#include "mail.h"

#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <new>
#include <string>
#include <utility>

/* begin README */
struct inbox {
  public:
    explicit inbox(std::string owner) : owner_(std::move(owner))
    {
    }

    bool
    deliver(letter *one)
    {
        if (hf_weak_set(&one->lies_in, this)) return false;
        hf::give(one, &letter::before, hf::take(this, &inbox::newest_));
        hf::set(this, &inbox::newest_, one); /* now the letter has one owner more */
        return true;
    }

    void
    print() const
    {
        std::printf("%s has", owner_.c_str());
        for (const letter *one = newest_; one; one = one->before) std::printf(" [%s]", one->text);
        std::printf("\n");
    }

  private:
    HF_FRIEND(inbox);

    ~inbox() /* only the library ends one; the edge is whole here, and released after it */
    {
        std::printf("%s moves away, with [%s] on top\n", owner_.c_str(), newest_->text);
    }

    std::string owner_;
    hf::edge<letter> newest_;
};

HF_CLASS(inbox, HF_STRONG(inbox, newest_));
/* end README */

/* What C calls; no exception may leave these. */

/* begin README */
inbox *
inbox_new(const char *owner)
{
    try {
        return hf::make<inbox>(owner).take(); /* from here on it is C's */
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}
/* end README */

int
inbox_deliver(inbox *box, letter *one)
{
    return box->deliver(one) ? 0 : -1;
}

void
inbox_print(const inbox *box)
{
    box->print();
}
