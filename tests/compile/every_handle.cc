/* SPDX-License-Identifier: MIT
 *
 * Every macro and every function of the C++ headers, used once and rightly, over objects of which
 * one is still incomplete: it compiles without a word, and runs.
 * Knows only public headers; its tests are tests/seam/cxx_*.cc.
 * check_headers.sh says which compilers, warnings and languages, and that no macro is missing. */
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <holdfast/holdfast.hpp>

/* As in expect of every_macro.cc. */
static void
expect(bool condition, const char *text)
{
    if (condition) return;
    std::fprintf(stderr, "%s is false\n", text);
    std::exit(EXIT_FAILURE);
}

#define EXPECT(condition) expect((condition), #condition)

class node;

/* Members of handles need no more than the name. */
struct holder {
    hf::ref<node> owned;
    hf::weak<node> known;
    hf::unique<node> alone;
};

struct base {
    virtual ~base() = default;
    virtual int value() const = 0;
};

class node : public base
{
  public:
    explicit node(int value) : value_(value)
    {
    }
    int
    value() const override
    {
        return value_;
    }
    void use_members(const hf::ref<node> &other);

  private:
    HF_FRIEND(node);
    ~node() override = default;

    int value_;
    hf::edge<node> next_, typed_, pair_[2], typed_pair_[3];
    hf::weak<node> parent_;
    hf_slot(node) current_ = {{nullptr}};
};

HF_DECLARE(base);
HF_DECLARE(node);
HF_CLASS(base);
HF_CLASS(node, HF_BASE(node, base), hf::with(&hf_type::flags, 0u), HF_STRONG(node, next_),
         HF_STRONG_TO(node, typed_, node), HF_STRONG_ARRAY(node, pair_),
         HF_STRONG_ARRAY_TO(node, typed_pair_, node), HF_WEAK(node, parent_),
         HF_SLOT(node, current_));

void
node::use_members(const hf::ref<node> &other)
{
    hf::set(this, &node::next_, other);
    hf::give(this, &node::typed_, hf::ref<node>(other));
    EXPECT(next_ == typed_ && next_->value() == (*typed_).value() && next_.get() == other.get());
    EXPECT(hf::get(this, &node::next_) == hf::take(this, &node::typed_));
    hf::set_at(this, &node::pair_, 0, other);
    hf::give_at(this, &node::typed_pair_, 2, hf::take_at(this, &node::pair_, 0));
    EXPECT(hf::get_at(this, &node::typed_pair_, 2) == other && !pair_[0]);
    parent_ = other;
    EXPECT(parent_.lock() == other && hf_slot_store(&current_, other.get()) == 0);
}

static void
use_handles()
{
    holder h;
    h.owned = hf::make<node>(1);
    h.known = h.owned;
    h.alone = hf::new_unique<node>(2);
    h.alone->use_members(h.owned);
    hf::ref<base> up = h.owned;
    EXPECT(hf::cast<node>(up) == h.owned && hf::cast<base>(up.get()) == up.get());
    node *taken = h.owned.take();
    h.owned = hf::adopt(taken);
    up = hf::borrow(h.owned.get());
    EXPECT(up->value() == 1 && &hf::type<node>() == &hf_type_node && !h.known.expired());
    h.alone = hf::adopt(h.alone.take());
    h.owned = h.alone.share();
    EXPECT(h.owned->value() == 2 && !(h.owned < h.owned) && up != nullptr);
    EXPECT(h.known.try_set(h.owned));
    h.known.set(h.owned.get());
}

int
main()
{
    use_handles();
    EXPECT(hf_collect() == 0 && hf_live(&hf_type_node) == 0);
    return EXIT_SUCCESS;
}
