// Closures that wait to be run, once and in order, side by side in blocks of memory: one allocation
// for many. What client_line is made of: each call and each publication is such a closure. Not
// thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace wamp {

/// Of functions that take an `Argument&`. Those that are never run are destroyed with the queue.
template <class Argument>
class task_queue {
public:
  bool empty() const noexcept { return blocks_.empty(); }
  void swap(task_queue& other) noexcept {
    blocks_.swap(other.blocks_);
    std::swap(first_, other.first_);
  }

  template <class F>
  void push(F&& f) {
    using task = std::decay_t<F>;
    static_assert(alignof(task) <= alignment);
    constexpr auto size = sizeof(header) + (sizeof(task) + alignment - 1) / alignment * alignment;
    if (blocks_.empty() || !blocks_.back().has_room_for(size))
      add_block(size);
    auto& b = blocks_.back();
    new (b.at(b.used + sizeof(header))) task(std::forward<F>(f));
    new (b.at(b.used)) header{size, end<task>};
    b.used += size;
  }

  /// Those of `other` come behind those that are there.
  void append(task_queue other) {
    std::move(other.blocks_.begin(), other.blocks_.end(), std::back_inserter(blocks_));
  }

  /// Runs the next and destroys it; false when there is none.
  bool run_next(Argument& argument) {
    while (first_ < blocks_.size() && blocks_[first_].is_done())
      ++first_;
    if (first_ == blocks_.size()) {
      forget();
      return false;
    }
    blocks_[first_].end_next(&argument);
    return true;
  }

  /// Forgets all, and destroys none.
  void forget() noexcept {
    for (auto& b : blocks_)
      if (!b.is_done())
        static_cast<void>(b.memory.release());
    blocks_.clear();
    first_ = 0;
  }

private:
  static constexpr std::size_t alignment = alignof(std::max_align_t);

  /// Stands before each task.
  struct alignas(alignment) header {
    std::size_t size; ///< with the task
    void (*end)(void* task, Argument* argument);
  };

  /// Destroys it, and runs it before that if there is an argument.
  template <class Task>
  static void end(void* task, Argument* argument) {
    struct destroy {
      void operator()(Task* t) const noexcept { t->~Task(); }
    };
    const std::unique_ptr<Task, destroy> owned{static_cast<Task*>(task)};
    if (argument)
      (*owned)(*argument);
  }

  class block {
  public:
    explicit block(std::size_t size) : memory(new std::byte[size]), capacity_(size) {}
    block(block&& other) noexcept = default;
    block& operator=(block&&) = delete;
    ~block() {
      while (memory && !is_done())
        end_next(nullptr);
    }

    std::byte* at(std::size_t offset) const noexcept { return memory.get() + offset; }
    bool has_room_for(std::size_t size) const noexcept { return capacity_ - used >= size; }
    bool is_done() const noexcept { return done_ == used; }
    void end_next(Argument* argument) {
      const auto next = std::launder(reinterpret_cast<header*>(at(done_)));
      const auto task = at(done_ + sizeof(header));
      done_ += next->size;
      next->end(task, argument);
    }

    std::unique_ptr<std::byte[]> memory;
    std::size_t used = 0;

  private:
    std::size_t capacity_;
    std::size_t done_ = 0;
  };

  void add_block(std::size_t least) {
    // Most turns have one task, some have thousands.
    constexpr std::size_t first = 512;
    constexpr std::size_t further = 16'384;
    blocks_.emplace_back(std::max(least, blocks_.empty() ? first : further));
  }

  std::vector<block> blocks_;
  std::size_t first_ = 0; ///< of the blocks: those before it are done
};

} // namespace wamp
