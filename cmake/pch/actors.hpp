#include <caf/all.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>
