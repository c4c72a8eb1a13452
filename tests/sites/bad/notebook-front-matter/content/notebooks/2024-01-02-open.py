# ---
# title: A

# %%
x = 1
